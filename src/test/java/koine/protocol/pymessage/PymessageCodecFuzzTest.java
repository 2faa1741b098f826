package koine.protocol.pymessage;

import koine.testing.CodecFuzz;

class PymessageCodecFuzzTest extends CodecFuzz {

    private final PymessageCodec codec = new PymessageCodec();

    PymessageCodecFuzzTest() {
        super("pymessage");
    }

    @Override
    protected void read(byte[] frame) {
        read(frame, true);
        read(frame, false);
    }

    private void read(byte[] frame, boolean signedIn) {
        try {
            codec.read(frame, signedIn);
        } catch (NotUnderstood not) {
            codec.write(not.problem());
        }
    }
}
