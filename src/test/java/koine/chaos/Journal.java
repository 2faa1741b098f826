package koine.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one client asked for, and what it was answered: the test's own record of what must be so.
final class Journal {

    final List<Send> sends = new ArrayList<>();

    /// By the message's id, in the order in which they were asked for.
    final Map<Long, List<Change>> edits = new HashMap<>();

    final Map<Long, List<Change>> deletions = new HashMap<>();

    /// Answers of leaving, by chat.
    final Map<Long, List<Change>> leavings = new HashMap<>();

    enum Outcome {
        /// Not answered yet, or the connection was lost, or the server did not know.
        UNKNOWN,
        OK,
        REFUSED
    }

    /// One message, which may be sent several times with its key.
    static final class Send {

        final long author;
        final long chat;
        final String key;
        final String contents;
        Outcome outcome = Outcome.UNKNOWN;

        /// An attempt was not answered, and may have been carried out or not.
        boolean uncertain;

        int attempts;

        /// As the server answered them.
        long id;

        long seq;

        Send(long author, long chat, String key, String contents) {
            this.author = author;
            this.chat = chat;
            this.key = key;
            this.contents = contents;
        }
    }

    /// An edit, a deletion or a leaving, which is asked for once.
    static final class Change {

        final @Nullable String contents;
        Outcome outcome = Outcome.UNKNOWN;

        Change(@Nullable String contents) {
            this.contents = contents;
        }
    }

    static Change note(Map<Long, List<Change>> changes, long of, @Nullable String contents) {
        var change = new Change(contents);
        changes.computeIfAbsent(of, _ -> new ArrayList<>()).add(change);
        return change;
    }
}
