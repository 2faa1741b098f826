package koine.delivery;

import java.util.Optional;

/// What a protocol tells a peer that has asked to go on from a position.
@FunctionalInterface
public interface Resumption {

    /// All that was missed up to the position has been sent.
    Frame syncedAt(long position);

    /// It was asked to go on from elsewhere before it had all that was missed; empty if the protocol does not
    /// tell.
    default Optional<Frame> replaced() {
        return Optional.empty();
    }
}
