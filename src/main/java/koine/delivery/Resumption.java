package koine.delivery;

import java.util.Optional;

/// What a protocol tells a peer that has asked to go on from a position.
@FunctionalInterface
public interface Resumption {

    /// Where a protocol has no word for either.
    Resumption SILENT = _ -> Optional.empty();

    /// All that was missed up to the position has been sent; empty if the protocol does not tell.
    Optional<Frame> syncedAt(long position);

    /// It was asked to go on from elsewhere before it had all that was missed; empty if the protocol does
    /// not tell.
    default Optional<Frame> replaced() {
        return Optional.empty();
    }
}
