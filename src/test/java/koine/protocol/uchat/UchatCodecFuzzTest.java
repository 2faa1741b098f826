package koine.protocol.uchat;

import java.util.Objects;
import koine.kernel.Refused;
import koine.testing.CodecFuzz;

class UchatCodecFuzzTest extends CodecFuzz {

    private final UchatCodec codec = new UchatCodec();

    UchatCodecFuzzTest() {
        super("uchat");
    }

    @Override
    protected void read(byte[] frame) {
        read(frame, true);
        read(frame, false);
    }

    private void read(byte[] frame, boolean signedIn) {
        try {
            if (codec.read(frame, signedIn) instanceof Command.SendMessage say
                    && say.content() instanceof Command.Content.Inline inline) {
                decode(inline.file());
            }
        } catch (NotUnderstood not) {
            codec.write(not.answer());
        }
    }

    /// A file is decoded when it is stored, and may be refused then.
    private static void decode(InlineFile file) {
        try {
            Objects.requireNonNull(file.pieces().collectList().block());
        } catch (Refused _) {
            // it is no base64
        }
    }
}
