package koine.protocol.events;

import koine.kernel.Refused;
import org.jspecify.annotations.Nullable;

/// A frame that is no command; it is answered with an error. Its `ref` is what the frame gave as such, as far
/// as that could be read.
final class InvalidCommand extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String ref;
    private final transient Refused refused;

    InvalidCommand(@Nullable String ref, Refused refused) {
        super(refused.detail(), refused, false, false);
        this.ref = ref;
        this.refused = refused;
    }

    @Nullable
    String ref() {
        return ref;
    }

    Refused refused() {
        return refused;
    }
}
