package koine.protocol.uchat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The fields of a frame. A null is as good as nothing. Of lists and objects nothing is kept, since no field is one;
/// of a text that is longer than any may be, only where it stands.
final class Fields {

    /// In characters; messages, names and passwords are far shorter, also where each character is escaped.
    static final int LONGEST_TEXT = 32 * 1024;

    private final Map<String, Value> values;

    private Fields(Map<String, Value> values) {
        this.values = values;
    }

    /// A field that is not there, or not of its type. The message is for the client.
    static final class Unusable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private Unusable(String error) {
            super(error, null, false, false);
        }
    }

    /// @param scalar null for a list, an object or a text that is too long
    /// @param raw    a text as it stands in the frame, between its quotes; null for what is no text
    private record Value(
            @Nullable JsonNode scalar, @Nullable ByteBuffer raw) {

        private static final Value NO_SCALAR = new Value(null, null);
    }

    /// Throws Jackson's exceptions for what is no JSON object.
    static Fields read(JsonMapper json, byte[] frame) {
        try (var parser = json.createParser(frame)) {
            var values = new HashMap<String, Value>();
            expect(parser, JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                parser.nextToken();
                if (values.put(name, value(parser, frame)) != null) {
                    throw new StreamReadException(parser, "a field stands there twice");
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw new StreamReadException(parser, "more than an object");
            }
            return new Fields(values);
        }
    }

    static Unusable invalid(String name) {
        return new Unusable("invalid field: " + name);
    }

    /// Empty unless it is text.
    String textOrEmpty(String name) {
        var scalar = scalar(name);
        return scalar != null && scalar.isString() ? scalar.stringValue() : "";
    }

    /// Null unless it is text.
    @Nullable
    String optionalText(String name) {
        var scalar = scalar(name);
        return scalar != null && scalar.isString() ? scalar.stringValue() : null;
    }

    String text(String name) {
        required(name);
        var text = optionalText(name);
        if (text == null) {
            throw invalid(name);
        }
        return text;
    }

    /// A whole number, or text of its digits.
    long id(String name) {
        required(name);
        var scalar = scalar(name);
        if (scalar != null && scalar.isIntegralNumber() && scalar.canConvertToLong()) {
            return scalar.longValue();
        }
        try {
            return Long.parseLong(text(name));
        } catch (NumberFormatException _) {
            throw invalid(name);
        }
    }

    /// A text as it stands in the frame, between its quotes; empty for what is no text.
    Optional<ByteBuffer> raw(String name) {
        required(name);
        return Optional.ofNullable(values.get(name)).map(Value::raw);
    }

    private @Nullable JsonNode scalar(String name) {
        var value = values.get(name);
        return value == null ? null : value.scalar();
    }

    private void required(String name) {
        var value = values.get(name);
        if (value == null || (value.scalar() != null && value.scalar().isNull())) {
            throw new Unusable("missing field: " + name);
        }
    }

    private static Value value(JsonParser parser, byte[] frame) {
        var token = parser.currentToken();
        if (token == JsonToken.VALUE_STRING) {
            return text(parser, frame);
        }
        if (token.isScalarValue()) {
            return new Value(parser.readValueAsTree(), null);
        }
        parser.skipChildren();
        return Value.NO_SCALAR;
    }

    /// A long text is passed over by the next step of the parser, without being read.
    private static Value text(JsonParser parser, byte[] frame) {
        var quote = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        var length = end(frame, quote + 1) - quote - 1;
        var raw = ByteBuffer.wrap(frame, quote + 1, length).slice();
        return new Value(length > LONGEST_TEXT ? null : parser.readValueAsTree(), raw);
    }

    private static int end(byte[] frame, int from) {
        for (int i = from; i < frame.length; i++) {
            if (frame[i] == '"') {
                return i;
            }
            if (frame[i] == '\\') {
                i++;
            }
        }
        return frame.length;
    }

    private static void expect(JsonParser parser, JsonToken token) {
        if (parser.nextToken() != token) {
            throw new StreamReadException(parser, "no object");
        }
    }
}
