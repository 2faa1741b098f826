package koine.delivery;

import koine.log.LogPage;
import reactor.core.publisher.Mono;

/// Where a connection reads what its account has missed before it goes on with the log: for protocols
/// that know no cursor.
@FunctionalInterface
public interface Missed {

    /// What comes after a position, oldest first. The last page, which is not full, reaches to where the
    /// log goes on.
    Mono<LogPage> read(long after, int limit);
}
