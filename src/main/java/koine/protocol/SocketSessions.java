package koine.protocol;

import koine.auth.Sessions;
import koine.auth.SignedIn;
import koine.auth.TokenPair;
import koine.kernel.Refused;
import koine.log.Log;
import koine.message.Undelivered;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Sessions of protocols whose clients sign in on the socket itself. Such a session lives as long as its socket: its
/// tokens are given to nobody, so nobody could use it any longer.
@Component
public class SocketSessions {

    private final Sessions sessions;
    private final Undelivered undelivered;
    private final Log log;

    SocketSessions(Sessions sessions, Undelivered undelivered, Log log) {
        this.sessions = sessions;
        this.undelivered = undelivered;
        this.log = log;
    }

    /// Somebody who has just come in.
    ///
    /// @param backlog the messages that wait for them
    public record Guest(SignedIn who, Backlog backlog) {}

    /// Whoever has opened a session; after an error it is ended again. The log's end is read before what waits: what
    /// comes in meanwhile is rather told twice than never.
    public Mono<Guest> enter(Mono<TokenPair> opening) {
        return opening.map(TokenPair::who)
                .flatMap(who -> guest(who).onErrorResume(problem -> leave(who).then(Mono.error(problem))));
    }

    /// Ends the session, also if it has ended already.
    public Mono<Void> leave(SignedIn who) {
        return sessions.end(who.account(), who.session()).onErrorComplete(Refused.class);
    }

    private Mono<Guest> guest(SignedIn who) {
        return log.head().map(head -> new Guest(who, new Backlog(undelivered, who.account(), head.position())));
    }
}
