package koine.protocol.pymessage;

import java.util.Set;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.Refusals;

/// What the protocol calls it that something can't be done. Where it has no words for a reason, those of the
/// refusal are taken.
final class Problems {

    /// Whoever can't be written to is not to be told from somebody who is not there.
    private static final Set<ErrorCode> NOT_TO_BE_REACHED = Set.of(
            ErrorCode.USER_NOT_EXISTS,
            ErrorCode.BLOCKED,
            ErrorCode.CHAT_WITH_YOURSELF,
            ErrorCode.CHAT_DOES_NOT_EXIST,
            ErrorCode.FORBIDDEN);

    private static final Set<ErrorCode> NOT_THAT_ACCOUNT =
            Set.of(ErrorCode.WRONG_CREDENTIALS, ErrorCode.INVALID_REQUEST);

    private static final Set<ErrorCode> NO_REQUEST = Set.of(ErrorCode.USER_NOT_EXISTS, ErrorCode.INVALID_REQUEST);

    private Problems() {}

    static Outgoing.Problem of(Command command, Throwable problem) {
        return new Outgoing.Problem(error(command, Refusals.of(problem)));
    }

    private static String error(Command command, Refused refused) {
        if (refused.limit() != null) {
            return refused.detail();
        }
        return switch (command) {
            case Command.Login _ -> NOT_THAT_ACCOUNT.contains(refused.code()) ? "acc not found" : refused.detail();
            case Command.CreateAccount _ ->
                refused.code() == ErrorCode.USER_EXISTS ? "username is taken" : "failed to create account";
            case Command.SendMessage send -> notSent(send, refused);
            case Command.GetFriends() -> "failed to get friends";
            case Command.RequestFriend(var user) -> "failed to send friend request to " + user.value();
            case Command.AddFriend(var user) -> notAnswered(user, refused);
            case Command.DenyFriend(var user) -> notAnswered(user, refused);
        };
    }

    private static String notSent(Command.SendMessage send, Refused refused) {
        if (NOT_TO_BE_REACHED.contains(refused.code())) {
            return send.recipient().value() + " is not connected to the network";
        }
        return refused.code() == ErrorCode.INVALID_REQUEST ? "invalid argument: content" : refused.detail();
    }

    private static String notAnswered(AccountId user, Refused refused) {
        return NO_REQUEST.contains(refused.code()) ? "no friend request from " + user.value() : refused.detail();
    }
}
