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
import koine.protocol.SocketSessions;
import koine.protocol.SocketSessions.Guest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Lets people in on a socket.
@Component
class Entrances {

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
    record Arrival(Guest guest, Outgoing answer, List<Person> requests) {}

    /// Opens a session. Errors are for [Problems]; then there is none.
    Mono<Arrival> enter(Command.Entrance command, Device device) {
        return sessions.enter(open(command, device))
                .flatMap(guest -> arrival(command, guest)
                        .onErrorResume(problem -> sessions.leave(guest.who()).then(Mono.error(problem))));
    }

    private Mono<TokenPair> open(Command.Entrance command, Device device) {
        return switch (command) {
            case Command.Login(var username, var pin) -> signIns.signIn(username, pin, device);
            case Command.CreateAccount(var username, var pin) ->
                signIns.register(new Register(username, null, pin, null), device);
        };
    }

    private Mono<Arrival> arrival(Command.Entrance command, Guest guest) {
        var who = guest.who();
        return friends.requests(who.account())
                .map(FriendRequests::incoming)
                .map(asked -> new Arrival(guest, answer(command, who), asked.reversed()));
    }

    private static Outgoing answer(Command.Entrance command, SignedIn who) {
        var id = who.account().value();
        return switch (command) {
            case Command.Login _ -> new Outgoing.LoggedIn(id);
            case Command.CreateAccount _ -> new Outgoing.AccountCreated(id);
        };
    }
}
