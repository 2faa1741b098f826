package koine.chat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.log.Event.ChatDeleted;
import koine.log.Event.ChatUpdated;
import koine.log.Log;
import koine.log.Positions;
import koine.log.Written;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// How a chat becomes another one, and how it ends. Everything is judged by how the chat is once the log's clock
/// is held.
@Service
public class ChatChanges {

    private final Chats chats;
    private final ChatStore store;
    private final MemberStore members;
    private final RoomStore rooms;
    private final Log log;

    ChatChanges(Chats chats, ChatStore store, MemberStore members, RoomStore rooms, Log log) {
        this.chats = chats;
        this.store = store;
        this.members = members;
        this.rooms = rooms;
        this.log = log;
    }

    /// Gives a group another name or bio, and announces it if that is a change.
    ///
    /// Errors: `INVALID_REQUEST`; `CONFLICT` if there is another room of this name; `CHAT_DOES_NOT_EXIST`;
    /// `FORBIDDEN` in a private chat, and unless one is owner or admin.
    public Mono<ChatDetails> change(AccountId me, ChatId chat, ChangeChat wish) {
        return Mono.fromCallable(wish::checked)
                .flatMap(checked -> log.<Boolean>write(positions -> chats.find(me, chat)
                        .map(details -> Group.of(me, details).ifMayChange())
                        .flatMap(group -> change(group, checked, positions))))
                .then(Mono.defer(() -> chats.find(me, chat)));
    }

    /// Deletes a chat with everything in it, for all of its members. A private chat of the same two that is made
    /// later is another one.
    ///
    /// Errors: `CHAT_DOES_NOT_EXIST`; `FORBIDDEN` unless one is owner or admin, or it is a private chat.
    public Mono<Void> delete(AccountId me, ChatId chat) {
        return log.<Boolean>write(positions -> chats.find(me, chat)
                        .doOnNext(details -> refuseUnlessMayDelete(me, details))
                        .flatMap(_ -> delete(chat, positions)))
                .then();
    }

    private Mono<Written<Boolean>> change(Group group, ChangeChat wish, Positions positions) {
        var name = wish.nameOf(group.chat());
        var bio = wish.bioOf(group.chat());
        return Objects.equals(name, group.chat().name())
                        && Objects.equals(bio, group.chat().bio())
                ? Mono.just(Written.nothing(false))
                : refuseIfTaken(group.checkedNameKey(name), group.id())
                        .then(store.update(group.chat(), name, bio))
                        .then(Mono.defer(() -> changed(group, positions)));
    }

    /// @param key of a room's name; null for what is no room
    /// @param by  which may have it
    Mono<Void> refuseIfTaken(@Nullable String key, @Nullable ChatId by) {
        return Mono.justOrEmpty(key)
                .flatMap(rooms::find)
                .filter(room -> !room.equals(by))
                .flatMap(_ -> Mono.error(() -> new Refused(
                        ErrorCode.CONFLICT, "there is a room of this name already", Map.of("name", "is taken"))));
    }

    private Mono<Written<Boolean>> changed(Group before, Positions positions) {
        return chats.find(before.me(), before.id())
                .map(details -> Group.of(before.me(), details).snapshot())
                .map(snapshot -> new Written<>(true, List.of(new ChatUpdated(positions.next(), snapshot))));
    }

    private static void refuseUnlessMayDelete(AccountId me, ChatDetails details) {
        switch (details.chat().type()) {
            case PRIVATE -> {} // either side may
            case GROUP, ROOM -> Group.of(me, details).ifMayChange();
        }
    }

    private Mono<Written<Boolean>> delete(ChatId chat, Positions positions) {
        var position = positions.next();
        return members.deleteChat(chat, position)
                .thenReturn(new Written<>(true, List.of(new ChatDeleted(position, chat))));
    }
}
