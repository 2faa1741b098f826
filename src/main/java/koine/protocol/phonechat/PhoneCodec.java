package koine.protocol.phonechat;

import koine.protocol.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// Frames as bytes. It knows what each frame looks like and nothing else.
final class PhoneCodec {

    private static final String UNKNOWN = "unknown";
    private static final int MAX_COMMAND = 32;

    private final JsonMapper json = JsonMapper.builder(StrictJson.factory())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private final ObjectWriter outgoing = json.writer();

    byte[] write(Outgoing frame) {
        return outgoing.writeValueAsBytes(frame);
    }

    /// @throws NotUnderstood with the answer
    Said read(byte[] frame) {
        var fields = new Fields(object(frame));
        var said = new Said(
                fields.text("message"),
                fields.text("command"),
                fields.text("msg_from"),
                fields.text("msg_to"),
                fields.text("sent_timestamp"));
        if (Stamps.time(said.at()).isEmpty()) {
            throw new NotUnderstood(fields.command(), "sent_timestamp must be a date and time");
        }
        return said;
    }

    static NotUnderstood invalidJson() {
        return new NotUnderstood(UNKNOWN, "the frame must be a JSON object");
    }

    private JsonNode object(byte[] frame) {
        try {
            var tree = json.readTree(frame);
            if (tree.isObject()) {
                return tree;
            }
        } catch (JacksonException _) {
            throw invalidJson();
        }
        throw invalidJson();
    }

    private record Fields(JsonNode fields) {

        /// As it may be named in an answer.
        String command() {
            var command = fields.path("command");
            return command.isString() && command.stringValue().length() <= MAX_COMMAND
                    ? command.stringValue()
                    : UNKNOWN;
        }

        String text(String name) {
            var value = fields.path(name);
            if (value.isMissingNode() || value.isNull()) {
                throw new NotUnderstood(command(), name + " is required");
            }
            if (!value.isString()) {
                throw new NotUnderstood(command(), name + " must be text");
            }
            return value.stringValue();
        }
    }
}
