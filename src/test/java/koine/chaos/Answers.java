package koine.chaos;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import koine.chaos.Calls.Answer;
import koine.chaos.Counts.What;
import koine.chaos.Journal.Change;
import koine.chaos.Journal.Outcome;
import koine.chaos.Journal.Send;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Enters a client's answers in its journal, notes those that no server may give, and keeps what must be sent
/// again.
final class Answers {

    /// Nobody here asks for anything that deserves these.
    private static final Set<String> NEVER =
            Set.of("INTERNAL_ERROR", "NOT_AUTHENTICATED", "INVALID_REQUEST", "CONFLICT", "NOT_FOUND");

    private final String who;
    private final Counts counts;
    private final Faults faults;
    private final Journal journal = new Journal();
    private final Deque<Send> again = new ArrayDeque<>();

    Answers(String who, Counts counts, Faults faults) {
        this.who = who;
        this.counts = counts;
        this.faults = faults;
    }

    Journal journal() {
        return journal;
    }

    boolean isNothingToSendAgain() {
        return again.isEmpty();
    }

    @Nullable
    Send nextToSendAgain() {
        return again.poll();
    }

    /// No answer came: it may have been stored or not.
    void unanswered(Send send) {
        send.uncertain = true;
        again.add(send);
    }

    void settle(Send send, Answer answer) {
        note(answer);
        if (answer.code().equals("TOO_MANY_REQUESTS")) {
            again.add(send);
        } else if (isUnknown(answer)) {
            unanswered(send);
        } else if (answer.isOk()) {
            stored(send, answer.body());
        } else {
            refused(send, answer);
        }
    }

    void settle(Change change, Answer answer) {
        note(answer);
        if (answer.isOk()) {
            change.outcome = Outcome.OK;
        } else if (!isUnknown(answer)) {
            change.outcome = Outcome.REFUSED;
        }
    }

    void note(Answer answer) {
        faults.addUnless(!NEVER.contains(answer.code()), "{} was answered {}: {}", who, answer.code(), answer.body());
    }

    /// Whether it says that the server does not know whether it was done.
    static boolean isUnknown(Answer answer) {
        return answer.code().equals("UNAVAILABLE") || answer.code().equals("INTERNAL_ERROR");
    }

    private void stored(Send send, JsonNode message) {
        var id = message.path("id").longValue();
        var seq = message.path("seq").longValue();
        var isFirst = send.outcome != Outcome.OK;
        faults.addUnless(
                isFirst || (id == send.id && seq == send.seq), "{} was {} and is now {}", send.key, send.id, message);
        faults.addUnless(message.path("chat_id").longValue() == send.chat, "{} is answered {}", send.key, message);
        send.outcome = Outcome.OK;
        send.id = id;
        send.seq = seq;
    }

    /// What was stored may be gone with its group when it is sent again.
    private void refused(Send send, Answer answer) {
        var isExpected = answer.code().equals("CHAT_DOES_NOT_EXIST")
                || (answer.code().equals("MESSAGE_DOES_NOT_EXIST") && send.attempts > 1);
        faults.addUnless(isExpected, "{} was answered {} {}", send.key, answer.code(), answer.body());
        if (send.outcome == Outcome.UNKNOWN) {
            counts.add(What.SENDS_REFUSED);
            send.outcome = Outcome.REFUSED;
        }
    }
}
