package koine.protocol.uchat;

import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.Refusals;

/// What the protocol calls it that something can't be done. Where it has no words for a reason, those of the
/// refusal are taken.
final class Problems {

    private Problems() {}

    static Outgoing of(Command command, Throwable problem) {
        var refused = Refusals.of(problem);
        return switch (command) {
            case Command.LogIn _ -> notLoggedIn(refused);
            case Command.SignUp _ -> notSignedUp(refused);
            case Command.SendMessage send ->
                new Outgoing.Failed(send.type(), send.room().value(), refused.detail());
            case Command.ReadMessages read ->
                new Outgoing.Failed(read.type(), read.room().value(), refused.detail());
            case Command.CreateRoom _,
                    Command.SearchUser _,
                    Command.DeleteRoom _,
                    Command.DeleteMessage _,
                    Command.EditMessage _,
                    Command.OldDialogs _ -> of(command.type(), refused.detail());
        };
    }

    /// A frame of the type that says too little, or comes at the wrong time.
    static Outgoing of(Command.Type type, String error) {
        return switch (type) {
            case REQUEST_LOGIN -> Outgoing.LoggedIn.of(Outgoing.FAIL, error);
            case REQUEST_SIGNUP -> Outgoing.SignedUp.of("SINGUP_FAIL", error);
            case CREATE_ROOM, SND_MSG, READ_MSG, SEARCH_USER, DELETE_ROOM, DELETE_MSG, EDIT_MSG, OLD_DIALOGS ->
                new Outgoing.Failed(type, null, error);
        };
    }

    /// Who is called what is no secret: names are found by searching, and taken ones refused.
    private static Outgoing notLoggedIn(Refused refused) {
        return switch (refused.code()) {
            case USER_NOT_EXISTS -> Outgoing.LoggedIn.of("LOGIN_WRONG_USER", null);
            case WRONG_CREDENTIALS -> Outgoing.LoggedIn.of("LOGIN_WRONG_PASS", null);
            case INVALID_REQUEST -> Outgoing.LoggedIn.of(wrongField(refused), refused.detail());
            default -> Outgoing.LoggedIn.of(Outgoing.FAIL, refused.detail());
        };
    }

    private static String wrongField(Refused refused) {
        return refused.fields().containsKey("password") ? "LOGIN_WRONG_PASS" : "LOGIN_WRONG_USER";
    }

    private static Outgoing notSignedUp(Refused refused) {
        return refused.code() == ErrorCode.USER_EXISTS
                ? Outgoing.SignedUp.of("SIGNUP_USER_EXIST", null)
                : Outgoing.SignedUp.of("SINGUP_FAIL", refused.detail());
    }
}
