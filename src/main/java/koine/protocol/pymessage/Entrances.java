package koine.protocol.pymessage;

import java.util.List;
import koine.account.Register;
import koine.auth.Device;
import koine.auth.SignIns;
import koine.auth.SignedIn;
import koine.auth.TokenPair;
import koine.friend.FriendRequests;
import koine.friend.Friends;
import koine.log.Person;
import koine.protocol.Backlog;
import koine.protocol.SocketSessions;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Lets people in on a socket, and out again.
@Component
class Entrances {

    /// What sessions are shown as in the list of one's devices.
    private static final String DEVICE = "pymessage";

    private final SignIns signIns;
    private final SocketSessions sessions;
    private final Friends friends;

    Entrances(SignIns signIns, SocketSessions sessions, Friends friends) {
        this.signIns = signIns;
        this.sessions = sessions;
        this.friends = friends;
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
        return sessions.enter(open(command, new Device(DEVICE, address)))
                .flatMap(guest -> arrival(command, guest)
                        .onErrorResume(problem -> leave(guest.who()).then(Mono.error(problem))));
    }

    /// Ends the session, also if it has ended already.
    Mono<Void> leave(SignedIn who) {
        return sessions.leave(who);
    }

    private Mono<TokenPair> open(Command.Entrance command, Device device) {
        return switch (command) {
            case Command.Login(var username, var pin) -> signIns.signIn(username, pin, device);
            case Command.CreateAccount(var username, var pin) ->
                signIns.register(new Register(username, null, pin, null), device);
        };
    }

    private Mono<Arrival> arrival(Command.Entrance command, SocketSessions.Guest guest) {
        var who = guest.who();
        return friends.requests(who.account())
                .map(FriendRequests::incoming)
                .map(asked -> new Arrival(who, answer(command, who), asked.reversed(), guest.backlog()));
    }

    private static Outgoing answer(Command.Entrance command, SignedIn who) {
        var id = who.account().value();
        return switch (command) {
            case Command.Login _ -> new Outgoing.LoggedIn(id);
            case Command.CreateAccount _ -> new Outgoing.AccountCreated(id);
        };
    }
}
