package koine.protocol;

import java.util.Optional;
import koine.delivery.Frame;
import koine.log.Event;
import koine.log.Signal;

/// A protocol that tells of nothing.
final class NoFrames implements CursorlessFrames {

    @Override
    public Optional<Frame> frameFor(Event event) {
        return Optional.empty();
    }

    @Override
    public Optional<Frame> frameFor(Signal signal) {
        return Optional.empty();
    }
}
