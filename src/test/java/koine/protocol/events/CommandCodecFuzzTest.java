package koine.protocol.events;

import koine.protocol.NativeMapper;
import koine.testing.CodecFuzz;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

class CommandCodecFuzzTest extends CodecFuzz {

    private final JsonMapper json = NativeMapper.make();
    private final CommandCodec codec = new CommandCodec(json);
    private final ObjectWriter answers = json.writerFor(Outgoing.class);

    CommandCodecFuzzTest() {
        super("events");
    }

    @Override
    protected void read(byte[] frame) {
        try {
            answers.writeValueAsBytes(new Outgoing.Ok(codec.read(frame).ref(), null));
        } catch (InvalidCommand invalid) {
            var refused = invalid.refused();
            answers.writeValueAsBytes(Outgoing.Problem.of(invalid.ref(), refused));
        }
    }
}
