package koine.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The frames of one thing to tell: one for each protocol, made when its first connection is met.
final class PerProtocol {

    private final Function<EventFrames, Optional<Frame>> encode;
    private final List<EventFrames> protocols = new ArrayList<>(1);
    private final List<Optional<Frame>> frames = new ArrayList<>(1);

    PerProtocol(Function<EventFrames, Optional<Frame>> encode) {
        this.encode = encode;
    }

    Optional<Frame> of(EventFrames protocol) {
        var i = protocols.indexOf(protocol);
        if (i < 0) {
            i = protocols.size();
            protocols.add(protocol);
            frames.add(encode.apply(protocol));
        }
        return frames.get(i);
    }
}
