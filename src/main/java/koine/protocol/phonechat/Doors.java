package koine.protocol.phonechat;

import koine.auth.SignedIn;
import koine.chat.Chats;
import koine.chat.Rooms;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.Impersonations;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Who may open which socket.
@Component
class Doors {

    private final Callers callers;
    private final Directory directory;
    private final Chats chats;
    private final Rooms rooms;
    private final Impersonations impersonations;

    Doors(Callers callers, Directory directory, Chats chats, Rooms rooms, Impersonations impersonations) {
        this.callers = callers;
        this.directory = directory;
        this.chats = chats;
        this.rooms = rooms;
        this.impersonations = impersonations;
    }

    /// Who asks, if that is whose number the address has.
    ///
    /// Errors: `NOT_AUTHENTICATED`, `FORBIDDEN`.
    Mono<Me> me(ServerHttpRequest request, String number) {
        return callers.of(request).flatMap(who -> me(who, number));
    }

    /// The same of whoever has signed in.
    ///
    /// Errors: `FORBIDDEN`.
    Mono<Me> me(SignedIn who, String number) {
        return directory.number(who.account()).flatMap(mine -> {
            var me = new Me(who, mine);
            if (me.is(number)) {
                return Mono.just(me);
            }
            impersonations.note(PhoneConversation.PROTOCOL);
            return forbidden("this is not your own number");
        });
    }

    /// Whom one may write to.
    ///
    /// Errors: `FORBIDDEN` for a number that is nobody's, or one's own.
    Mono<Peer> person(Me me, String number) {
        return directory
                .find(number)
                .filter(account -> !account.equals(me.account()))
                .switchIfEmpty(forbidden("there is nobody with this number to write to"))
                .flatMap(this::person);
    }

    private Mono<Peer> person(AccountId account) {
        return directory.number(account).map(number -> new Peer.Person(account, number));
    }

    /// Errors: `FORBIDDEN` unless there is such a group and one is in it.
    Mono<Peer> group(Me me, String key) {
        return chats.withKey(me.account(), key)
                .onErrorResume(Doors::isNotThere, _ -> forbidden("you are in no group with this key"))
                .map(chat -> new Peer.Group(chat.id(), key));
    }

    /// Errors: `FORBIDDEN` unless there is such a room and one is in it.
    Mono<Peer> room(Me me, String name) {
        return rooms.named(name)
                .delayUntil(room -> chats.roleOf(me.account(), room.chat().id()))
                .onErrorResume(Doors::isNotThere, _ -> forbidden("you are in no room of this name"))
                .map(room -> new Peer.Room(room.chat().id(), name));
    }

    private static boolean isNotThere(Throwable problem) {
        return problem instanceof Refused refused
                && (refused.code() == ErrorCode.CHAT_DOES_NOT_EXIST || refused.code() == ErrorCode.INVALID_REQUEST);
    }

    private static <T> Mono<T> forbidden(String detail) {
        return Mono.error(() -> new Refused(ErrorCode.FORBIDDEN, detail));
    }
}
