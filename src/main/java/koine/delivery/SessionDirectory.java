package koine.delivery;

import java.util.Collection;
import koine.kernel.SessionId;
import reactor.core.publisher.Flux;

/// Knows which sessions there are.
public interface SessionDirectory {

    /// Those of the sessions that have ended; the others have an open connection now.
    Flux<SessionId> ended(Collection<SessionId> sessions);
}
