package koine.protocol.phonechat;

import koine.testing.CodecFuzz;

class PhoneCodecFuzzTest extends CodecFuzz {

    private final PhoneCodec codec = new PhoneCodec();

    PhoneCodecFuzzTest() {
        super("phonechat");
    }

    @Override
    protected void read(byte[] frame) {
        try {
            codec.read(frame);
        } catch (NotUnderstood not) {
            codec.write(new Outgoing.Problem(not.error(), "error", not.command(), "7", "8", "9"));
        }
    }
}
