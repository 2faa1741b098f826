package koine.protocol.matcha;

import koine.protocol.matcha.socketio.IncomingEvent;
import koine.testing.CodecFuzz;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Events whose packets were read already.
class MatchaCodecFuzzTest extends CodecFuzz {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final MatchaCodec codec = new MatchaCodec();

    MatchaCodecFuzzTest() {
        super("matcha");
    }

    @Override
    protected void read(byte[] frame) {
        var event = tree(frame);
        if (!event.path(0).isString()) {
            return;
        }
        var name = event.path(0).stringValue();
        try {
            codec.read(new IncomingEvent(name, event.valueStream().skip(1).toList(), true));
        } catch (NotUnderstood not) {
            codec.writeEvent("error", new Outgoing.Problem(not.problem(), name));
        }
    }

    private static JsonNode tree(byte[] frame) {
        try {
            return JSON.readTree(frame);
        } catch (JacksonException _) {
            return JsonNodeFactory.instance.missingNode();
        }
    }
}
