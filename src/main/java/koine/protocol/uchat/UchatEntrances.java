package koine.protocol.uchat;

import koine.account.Accounts;
import koine.account.Register;
import koine.auth.Device;
import koine.auth.SignIns;
import koine.auth.TokenPair;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.SocketSessions;
import koine.protocol.SocketSessions.Guest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Lets people in on a socket.
@Component
class UchatEntrances {

    private final SignIns signIns;
    private final Accounts accounts;
    private final SocketSessions sessions;

    UchatEntrances(SignIns signIns, Accounts accounts, SocketSessions sessions) {
        this.signIns = signIns;
        this.accounts = accounts;
        this.sessions = sessions;
    }

    /// Opens a session. Errors are for [Problems]; then there is none.
    Mono<Guest> enter(Command.Entrance command, Device device) {
        return sessions.enter(open(command, device));
    }

    static Outgoing answer(Command.Entrance command) {
        return switch (command) {
            case Command.LogIn _ -> Outgoing.LoggedIn.AS_WISHED;
            case Command.SignUp _ -> Outgoing.SignedUp.AS_WISHED;
        };
    }

    private Mono<TokenPair> open(Command.Entrance command, Device device) {
        return switch (command) {
            case Command.LogIn(var login, var pass) ->
                signIns.signIn(login, pass, device)
                        .onErrorResume(UchatEntrances::isWrong, wrong -> nobody(login, wrong));
            case Command.SignUp(var login, var pass) -> signIns.register(new Register(login, null, pass, null), device);
        };
    }

    private static boolean isWrong(Throwable problem) {
        return problem instanceof Refused refused && refused.code() == ErrorCode.WRONG_CREDENTIALS;
    }

    /// The protocol tells whether it is the name that is wrong, but never of an e-mail address, whether it is known.
    private Mono<TokenPair> nobody(String login, Throwable wrong) {
        return accounts.named(login)
                .flatMap(_ -> Mono.<TokenPair>error(wrong))
                .switchIfEmpty(Mono.error(() -> new Refused(ErrorCode.USER_NOT_EXISTS, "there is no such user")));
    }
}
