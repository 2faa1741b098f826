package koine.delivery;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import reactor.core.publisher.MonoSink;

/// The open connections of one account on this server, and the chats it is in. Touched only inside the log's
/// feed.
final class UserSink {

    private static final long NOT_YET = -1;

    final AccountId account;
    final List<LiveConnection> connections = new ArrayList<>(1);
    final Set<ChatId> chats = new HashSet<>();

    /// Who waits for the chats to be known.
    final List<MonoSink<Void>> waiting = new ArrayList<>(1);

    /// What the feed told of memberships before the chats were known.
    final List<Change> early = new ArrayList<>(0);

    private long knownAt = NOT_YET;

    UserSink(AccountId account) {
        this.account = account;
    }

    /// @param joins or else leaves
    record Change(long position, ChatId chat, boolean joins) {}

    /// Whether the chats are known; from then on the feed keeps them up to date.
    boolean isKnown() {
        return knownAt != NOT_YET;
    }

    void knownAt(long position) {
        knownAt = position;
    }

    /// Whether the chats, as they were read, already show what happened at the position.
    boolean shows(long position) {
        return position <= knownAt;
    }
}
