package koine.log;

import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/// How the servers on one database tell one another what happened. For events it is a hint only: what does not
/// arrive is found missing by its number, or by a look at the clock, and read from the log. Signals that do not
/// arrive are lost.
///
/// A server does not hear itself.
interface ClusterBus {

    /// The name of this server.
    String server();

    /// Tells the others that events up to this position are there to be read, once the transaction around this
    /// has committed; if it does not, nothing.
    Mono<Void> announce(long head);

    /// Under which name a statement of its own may do the same as [#announce]; empty if there is nobody to
    /// tell.
    Optional<String> announcer();

    /// Tells the others of these at once.
    Mono<Void> send(List<Signal> signals);
}
