package koine.delivery;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import koine.chat.Memberships;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Event;
import koine.log.Event.ChatCreated;
import koine.log.Event.ChatDeleted;
import koine.log.Event.ChatUpdated;
import koine.log.Event.InChat;
import koine.log.Event.MemberChanged;
import koine.log.Event.MemberJoined;
import koine.log.Event.MemberLeft;
import koine.log.Event.MessageDeleted;
import koine.log.Event.MessageEdited;
import koine.log.Event.MessageSent;
import koine.log.Event.ToAccount;
import koine.log.Participant;
import org.jspecify.annotations.Nullable;

/// Who of those connected to this server is in which chat: as it was read when an account's first connection came,
/// and from then on as the events themselves say, so always as of the event that is being delivered.
///
/// Touched only inside the log's feed.
final class Audiences {

    private final Map<AccountId, UserSink> users = new HashMap<>();
    private final Map<ChatId, Set<UserSink>> chats = new HashMap<>();

    /// Null if the account has no connection here.
    @Nullable
    UserSink find(AccountId account) {
        return users.get(account);
    }

    /// Whether it has not been forgotten since.
    boolean has(UserSink user) {
        return users.get(user.account) == user;
    }

    /// An account whose first connection is here; its chats are not known yet.
    UserSink enter(AccountId account) {
        var user = new UserSink(account);
        users.put(account, user);
        return user;
    }

    /// Its chats, and what the events told of them meanwhile.
    void known(UserSink user, Memberships memberships) {
        user.knownAt(memberships.position());
        memberships.chats().forEach(chat -> join(user, chat));
        user.early.forEach(change -> apply(change, user));
        user.early.clear();
    }

    Collection<UserSink> of(ChatId chat) {
        return chats.getOrDefault(chat, Set.of());
    }

    /// Whom an event concerns.
    Collection<UserSink> of(Event event) {
        return switch (event) {
            case InChat in -> of(in.chat());
            case ToAccount to ->
                Optional.ofNullable(users.get(to.account())).stream().toList();
        };
    }

    /// When its last connection is gone.
    void forget(UserSink user) {
        users.remove(user.account);
        user.chats.forEach(chat -> chats.computeIfPresent(chat, (_, audience) -> without(audience, user)));
    }

    /// What an event changes before it is delivered: who joins is told of it.
    void joinBefore(Event event) {
        switch (event) {
            case ChatCreated created ->
                created.participants().forEach(somebody -> change(somebody, true, created.position(), created.chat()));
            case MemberJoined joined -> change(joined.member(), true, joined.position(), joined.chat());
            case ChatUpdated _, ChatDeleted _, MemberLeft _, MemberChanged _ -> {}
            case MessageSent _, MessageEdited _, MessageDeleted _, ToAccount _ -> {}
        }
    }

    /// What an event changes once it has been delivered: who leaves is told of it.
    void leaveAfter(Event event) {
        switch (event) {
            case MemberLeft left -> change(left.member(), false, left.position(), left.chat());
            case ChatDeleted deleted -> dissolve(deleted);
            case ChatCreated _, ChatUpdated _, MemberJoined _, MemberChanged _ -> {}
            case MessageSent _, MessageEdited _, MessageDeleted _, ToAccount _ -> {}
        }
    }

    /// Nobody is in a chat that was deleted, also of those whose chats are not known yet.
    private void dissolve(ChatDeleted deleted) {
        var change = new UserSink.Change(deleted.position(), deleted.chat(), false);
        users.values().stream().filter(user -> !user.isKnown()).forEach(user -> user.early.add(change));
        List.copyOf(of(deleted.chat())).forEach(user -> apply(change, user));
    }

    private void change(Participant member, boolean joins, long position, ChatId chat) {
        var user = users.get(member.id());
        if (user == null) {
            return;
        }
        var change = new UserSink.Change(position, chat, joins);
        if (user.isKnown()) {
            apply(change, user);
        } else {
            user.early.add(change);
        }
    }

    private void apply(UserSink.Change change, UserSink user) {
        if (user.shows(change.position())) {
            return;
        }
        if (change.joins()) {
            join(user, change.chat());
        } else {
            leave(user, change.chat());
        }
    }

    private void join(UserSink user, ChatId chat) {
        user.chats.add(chat);
        chats.computeIfAbsent(chat, _ -> new HashSet<>()).add(user);
    }

    private void leave(UserSink user, ChatId chat) {
        user.chats.remove(chat);
        chats.computeIfPresent(chat, (_, audience) -> without(audience, user));
    }

    private static @Nullable Set<UserSink> without(Set<UserSink> audience, UserSink user) {
        audience.remove(user);
        return audience.isEmpty() ? null : audience;
    }
}
