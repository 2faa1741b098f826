package koine.protocol.pymessage;

import java.util.List;
import koine.account.Register;
import koine.auth.Device;
import koine.auth.Sessions;
import koine.auth.SignIns;
import koine.auth.SignedIn;
import koine.auth.TokenPair;
import koine.friend.FriendRequests;
import koine.friend.Friends;
import koine.kernel.Refused;
import koine.log.Log;
import koine.log.Person;
import koine.message.Undelivered;
import koine.protocol.Backlog;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Lets people in on a socket, and out again. A session that was opened here lives as long as its socket: its
/// tokens are given to nobody, so nobody could use it any longer.
@Component
class Entrances {

    /// What sessions are shown as in the list of one's devices.
    private static final String DEVICE = "pymessage";

    private final SignIns signIns;
    private final Sessions sessions;
    private final Friends friends;
    private final Undelivered undelivered;
    private final Log log;

    Entrances(SignIns signIns, Sessions sessions, Friends friends, Undelivered undelivered, Log log) {
        this.signIns = signIns;
        this.sessions = sessions;
        this.friends = friends;
        this.undelivered = undelivered;
        this.log = log;
    }

    /// Somebody who has just come in.
    ///
    /// @param requests who waits to be their friend, the first to ask first
    /// @param backlog  the messages that wait for them
    record Arrival(SignedIn who, Outgoing answer, List<Person> requests, Backlog backlog) {}

    /// Opens a session. Errors are for [Problems]; then there is none.
    ///
    /// @param address where the socket came from
    Mono<Arrival> enter(Command.Entrance command, @Nullable String address) {
        return open(command, new Device(DEVICE, address))
                .map(TokenPair::who)
                .flatMap(who -> arrival(command, who)
                        .onErrorResume(problem -> leave(who).then(Mono.error(problem))));
    }

    /// Ends the session, also if it has ended already.
    Mono<Void> leave(SignedIn who) {
        return sessions.end(who.account(), who.session()).onErrorComplete(Refused.class);
    }

    private Mono<TokenPair> open(Command.Entrance command, Device device) {
        return switch (command) {
            case Command.Login(var username, var pin) -> signIns.signIn(username, pin, device);
            case Command.CreateAccount(var username, var pin) ->
                signIns.register(new Register(username, null, pin, null), device);
        };
    }

    /// The log's end is read first: what comes in meanwhile is rather told twice than never.
    private Mono<Arrival> arrival(Command.Entrance command, SignedIn who) {
        return log.head()
                .map(head -> new Backlog(undelivered, who.account(), head.position()))
                .zipWhen(_ -> friends.requests(who.account()).map(FriendRequests::incoming))
                .map(both -> new Arrival(who, answer(command, who), both.getT2().reversed(), both.getT1()));
    }

    private static Outgoing answer(Command.Entrance command, SignedIn who) {
        var id = who.account().value();
        return switch (command) {
            case Command.Login _ -> new Outgoing.LoggedIn(id);
            case Command.CreateAccount _ -> new Outgoing.AccountCreated(id);
        };
    }
}
