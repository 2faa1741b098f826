package koine.protocol.matcha;

import koine.kernel.Refused;
import koine.protocol.Refusals;

/// What the protocol calls it that something can't be done. Where it has no words for a reason, those of the
/// refusal are taken.
final class Problems {

    private Problems() {}

    static String message(Refused refused) {
        return switch (refused.code()) {
            case USER_DOES_NOT_EXIST, USER_NOT_EXISTS -> "user not found";
            case CHAT_DOES_NOT_EXIST -> "chat not found";
            default -> refused.detail();
        };
    }

    /// Of an event.
    static String message(Throwable problem) {
        return problem instanceof NotUnderstood not ? not.problem() : message(Refusals.of(problem));
    }
}
