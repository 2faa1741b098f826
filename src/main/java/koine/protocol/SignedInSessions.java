package koine.protocol;

import java.util.Collection;
import koine.auth.Sessions;
import koine.delivery.SessionDirectory;
import koine.kernel.SessionId;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/// Tells `delivery`, which knows nothing of signing in, which sessions there are.
@Component
class SignedInSessions implements SessionDirectory {

    private final Sessions sessions;

    SignedInSessions(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public Flux<SessionId> ended(Collection<SessionId> asked) {
        return sessions.ended(asked);
    }
}
