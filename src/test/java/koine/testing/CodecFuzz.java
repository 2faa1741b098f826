package koine.testing;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What holds for the codec of every protocol: whatever comes, it is understood, or refused in the codec's own way.
public abstract class CodecFuzz {

    private static final int INPUTS = 15_000;

    private final List<String> frames;

    /// @param protocol whose real frames the inputs are made of
    protected CodecFuzz(String protocol) {
        this.frames = RealFrames.of(protocol);
    }

    /// Reads a frame. If it is refused by the exception that is meant for that, writes the answer; whatever else is
    /// thrown is a fault.
    protected abstract void read(byte[] frame);

    @Test
    void read_anything_isUnderstoodOrRefusedInWords() {
        Fuzz.forAll(Nonsense.like(frames), INPUTS, this::read);
    }
}
