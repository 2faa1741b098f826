package koine.protocol.pymessage;

import java.util.List;
import koine.auth.SignedIn;
import koine.chat.Chats;
import koine.friend.Friends;
import koine.friend.Standing;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Text;
import koine.log.Person;
import koine.message.MessageLimits;
import koine.message.Messages;
import koine.message.SendMessage;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Has the core carry out what somebody asks for who is signed in. Whoever that is comes from the session
/// alone: no frame says on whose behalf it is.
@Component
class Deeds {

    /// No account has more friends.
    private static final int ALL = 100_000;

    private final Messages messages;
    private final MessageLimits limits;
    private final Chats chats;
    private final Friends friends;

    Deeds(Messages messages, MessageLimits limits, Chats chats, Friends friends) {
        this.messages = messages;
        this.limits = limits;
        this.chats = chats;
        this.friends = friends;
    }

    /// Gives the answer. Errors are for [Problems].
    Mono<Outgoing> carryOut(SignedIn who, Command.Deed deed) {
        var me = who.account();
        return switch (deed) {
            case Command.SendMessage send -> send(me, send);
            case Command.GetFriends() -> friendsOf(me);
            case Command.RequestFriend(var user) -> request(me, user);
            case Command.AddFriend(var user) ->
                friends.accept(me, user).flatMap(before -> answered(before, Outgoing.RequestAccepted.ADDED));
            case Command.DenyFriend(var user) ->
                friends.deny(me, user).flatMap(before -> answered(before, Outgoing.RequestDenied.SUCCESS));
        };
    }

    /// What can't be said opens no chat.
    private Mono<Outgoing> send(AccountId me, Command.SendMessage send) {
        return Mono.fromCallable(() -> Text.required("content", send.content(), 1, limits.maxLength()))
                .flatMap(_ -> chats.privateChat(me, send.recipient()))
                .flatMap(chat -> messages.send(new SendMessage(me, chat, send.content(), null)))
                .thenReturn(Outgoing.Sent.SUCCESS);
    }

    private Mono<Outgoing> friendsOf(AccountId me) {
        return friends.list(me, 0, ALL).map(Deeds::friend).collectList().map(Deeds::friendList);
    }

    private static Outgoing.Friend friend(Person person) {
        return new Outgoing.Friend(person.username(), person.id().value());
    }

    private static Outgoing friendList(List<Outgoing.Friend> friends) {
        return new Outgoing.FriendList(friends);
    }

    private Mono<Outgoing> request(AccountId me, AccountId user) {
        return friends.request(me, user).flatMap(before -> switch (before) {
            case NONE, ASKED, WAS_ASKED -> Mono.just(Outgoing.FriendAsked.SENT);
            case FRIENDS -> Mono.error(new Refused(ErrorCode.CONFLICT, "you are friends already"));
        });
    }

    /// @param before how one stood with the other until then
    private static Mono<Outgoing> answered(Standing before, Outgoing answer) {
        return before == Standing.WAS_ASKED
                ? Mono.just(answer)
                : Mono.error(() -> Refused.invalid("user", "has not asked to be your friend"));
    }
}
