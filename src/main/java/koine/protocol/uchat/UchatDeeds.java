package koine.protocol.uchat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import koine.chat.ChatChanges;
import koine.chat.Dialog;
import koine.chat.Dialogs;
import koine.friend.People;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Message;
import koine.log.Person;
import koine.message.Messages;
import koine.protocol.Timestamps;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Has the core carry out what somebody asks for who is signed in.
@Component
class UchatDeeds {

    private static final int MOST_FOUND = 20;

    /// As many as one frame of a megabyte has room for.
    private static final int MOST_DIALOGS = 10_000;

    private final UchatSayings sayings;
    private final UchatHistory history;
    private final UchatSelves selves;
    private final Messages messages;
    private final ChatChanges changes;
    private final Dialogs dialogs;
    private final People people;

    UchatDeeds(
            UchatSayings sayings,
            UchatHistory history,
            UchatSelves selves,
            Messages messages,
            ChatChanges changes,
            Dialogs dialogs,
            People people) {
        this.sayings = sayings;
        this.history = history;
        this.selves = selves;
        this.messages = messages;
        this.changes = changes;
        this.dialogs = dialogs;
        this.people = people;
    }

    /// Completes when the answer, if there is one, has been sent. Errors are for [Problems]. What becomes of messages
    /// and rooms is answered by the event itself, which everybody in the room is told.
    ///
    /// @param send completes when the client has taken what it was given
    Mono<Void> carryOut(AccountId me, Command.Deed deed, Function<Outgoing, Mono<Void>> send) {
        return switch (deed) {
            case Command.CreateRoom create -> sayings.open(me, create).flatMap(send);
            case Command.SendMessage say ->
                sayings.say(me, say).map(UchatDeeds::sent).flatMap(send);
            case Command.ReadMessages(var room, var which) -> history.tell(me, room, which, send);
            case Command.SearchUser(var user) -> search(me, user).flatMap(send);
            case Command.DeleteRoom(var id) -> changes.delete(me, id);
            case Command.DeleteMessage delete -> delete(me, delete).flatMap(send);
            case Command.EditMessage(var id, var text) ->
                messages.edit(me, id, text).then();
            case Command.OldDialogs(var username) -> dialogs(me, username).flatMap(send);
        };
    }

    private static Outgoing sent(Message message) {
        return new Outgoing.Sent(message.chat().value(), message.id().value(), Timestamps.format(message.createdAt()));
    }

    private Mono<Outgoing> search(AccountId me, String text) {
        return people.search(me, text, MOST_FOUND)
                .map(Person::username)
                .collectList()
                .map(Outgoing.UsersFound::new);
    }

    /// What was gone already is told by no event.
    private Mono<Outgoing> delete(AccountId me, Command.DeleteMessage delete) {
        return messages.delete(me, delete.id())
                .filter(told -> !told)
                .map(_ -> new Outgoing.MessageDeleted(delete.id().value()));
    }

    private Mono<Outgoing> dialogs(AccountId me, String username) {
        return selves.refuseUnless(me, username)
                .thenMany(dialogs.of(me, MOST_DIALOGS))
                .collectList()
                .map(UchatDeeds::parallel);
    }

    private static Outgoing parallel(List<Dialog> dialogs) {
        return new Outgoing.DialogList(
                dialogs.stream().map(Dialog::title).toList(),
                dialogs.stream().map(Dialog::id).map(ChatId::value).toList(),
                firstMessages(dialogs));
    }

    private static List<@Nullable Long> firstMessages(List<Dialog> dialogs) {
        var ids = new ArrayList<@Nullable Long>();
        for (var dialog : dialogs) {
            var first = dialog.firstMessage();
            ids.add(first == null ? null : first.value());
        }
        return ids;
    }
}
