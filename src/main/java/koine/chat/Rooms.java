package koine.chat;

import java.util.List;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ChatType;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Retention;
import koine.kernel.Role;
import koine.kernel.Text;
import koine.limit.Limit;
import koine.limit.Limits;
import koine.log.Log;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// Rooms: groups that are found by their names, and that anybody may join. Once in it, a room is a group.
@Service
public class Rooms {

    private final RoomStore store;
    private final Chats chats;
    private final ChatChanges changes;
    private final Members members;
    private final ChatKeys keys;
    private final Log log;
    private final Limits limits;

    Rooms(RoomStore store, Chats chats, ChatChanges changes, Members members, ChatKeys keys, Log log, Limits limits) {
        this.store = store;
        this.chats = chats;
        this.changes = changes;
        this.members = members;
        this.keys = keys;
        this.log = log;
        this.limits = limits;
    }

    /// Opens a room with oneself as its owner.
    ///
    /// Errors: `INVALID_REQUEST`; `CONFLICT` if there is a room of this name, without regard to case.
    public Mono<ChatDetails> create(AccountId me, @Nullable String name, @Nullable String bio, Retention retention) {
        return Mono.fromCallable(() -> checked(name, bio).with(retention))
                .flatMap(room -> chats.participants(List.of(me), Role.OWNER)
                        .flatMap(owner -> log.write(positions -> changes.refuseIfTaken(room.nameKey(), null)
                                .then(chats.create(room, owner, positions)))))
                .flatMap(id -> chats.find(me, id));
    }

    /// Rooms whose names begin with the text, in the order of their names; when these are told, those whose names
    /// are like it, the most alike first, as many as the page has room for.
    ///
    /// Errors: `INVALID_REQUEST` for a text or cursor longer than a name; `TOO_MANY_REQUESTS`.
    ///
    /// @param query empty for all rooms
    /// @param after what the page before gave as `next`; empty for the first page
    public Mono<RoomPage> find(AccountId me, String query, String after, int limit) {
        return limits.count(Limit.SEARCHES, me)
                .then(Mono.fromCallable(() -> Text.key(Text.required("q", query, 0, ChangeChat.MAX_NAME))))
                .flatMap(key -> store.beginningWith(key, keyOfCursor(after), limit)
                        .collectList()
                        .flatMap(rooms -> rooms.size() == limit
                                ? Mono.just(new RoomPage(rooms, rooms.getLast().name()))
                                : withThoseAlike(key, rooms, limit)));
    }

    /// Makes oneself a plain member of a room, and gives it; also if one is in it already.
    ///
    /// Errors: `CHAT_DOES_NOT_EXIST`; `FORBIDDEN` if it has as many members as it may have.
    public Mono<ChatDetails> join(AccountId me, @Nullable String name) {
        return Mono.fromCallable(() -> Text.key(Text.required("name", name, 1, ChangeChat.MAX_NAME)))
                .flatMap(key -> members.enter(me, store.find(key).switchIfEmpty(noSuchRoom())));
    }

    /// The room of that name, as somebody sees it who may join it.
    ///
    /// Errors: `CHAT_DOES_NOT_EXIST`.
    public Mono<ChatDetails> named(@Nullable String name) {
        return Mono.fromCallable(() -> Text.key(Text.required("name", name, 1, ChangeChat.MAX_NAME)))
                .flatMap(key -> store.find(key).switchIfEmpty(noSuchRoom()))
                .flatMap(chats::findOpen);
    }

    private ChatStore.NewChat checked(@Nullable String name, @Nullable String bio) {
        var text = bio == null ? null : Text.required("bio", bio, 0, ChangeChat.MAX_BIO);
        return ChatStore.NewChat.of(ChatType.ROOM, RoomName.checked(name), ChangeChat.none(text), keys.next());
    }

    private static String keyOfCursor(String after) {
        return Text.key(Text.required("cursor", after, 0, ChangeChat.MAX_NAME));
    }

    private Mono<RoomPage> withThoseAlike(String key, List<Room> rooms, int limit) {
        return key.isEmpty()
                ? Mono.just(new RoomPage(rooms, null))
                : store.like(key, limit - rooms.size())
                        .collectList()
                        .map(alike -> new RoomPage(
                                Stream.concat(rooms.stream(), alike.stream()).toList(), null));
    }

    private static Mono<ChatId> noSuchRoom() {
        return Mono.error(() -> new Refused(ErrorCode.CHAT_DOES_NOT_EXIST, "there is no such room"));
    }
}
