package koine.protocol.matcha.socketio;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/// Reads `<type>[<attachments>-][<namespace>,][<ack>][<JSON>]`.
final class SocketPacketReader {

    /// Names that the clients' own API gives events, and no packet may.
    private static final Set<String> RESERVED =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    private static final int MAX_ATTACHMENTS = 10;

    /// Digits of an acknowledgement's number: what a JavaScript number holds exactly.
    private static final int MAX_DIGITS = 15;

    private final ObjectReader json;

    SocketPacketReader(JsonMapper json) {
        this.json = json.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /// Errors: [BadPacket].
    SocketPacket read(String text) {
        var parts = new Parts(text);
        var type = parts.type();
        var attachments = type == '5' || type == '6' ? parts.attachments() : 0;
        var namespace = parts.namespace();
        var ack = parts.ack();
        var payload = payload(parts.rest());
        return switch (type) {
            case '0' -> new SocketPacket.Connect(namespace, auth(payload));
            case '1' -> disconnect(namespace, payload);
            case '2' -> new SocketPacket.Event(namespace, ack, name(payload), arguments(payload, 1));
            case '3' -> new SocketPacket.Ack(namespace, number(ack), arguments(payload, 0));
            case '5' -> new SocketPacket.BinaryEvent(namespace, attachments, name(payload));
            case '6' -> new SocketPacket.BinaryAck(namespace, attachments, number(ack));
            default -> throw new BadPacket("unknown packet type");
        };
    }

    /// A text that is read from the left.
    private static final class Parts {

        private final String text;
        private int at;

        Parts(String text) {
            this.text = text;
        }

        char type() {
            if (text.isEmpty()) {
                throw new BadPacket("an empty packet");
            }
            return text.charAt(at++);
        }

        int attachments() {
            var digits = digits();
            if (digits.isEmpty() || digits.length() > 2 || at == text.length() || text.charAt(at++) != '-') {
                throw new BadPacket("a binary packet without a number of attachments");
            }
            var count = Integer.parseInt(digits);
            if (count > MAX_ATTACHMENTS) {
                throw new BadPacket("too many attachments");
            }
            return count;
        }

        String namespace() {
            if (at == text.length() || text.charAt(at) != '/') {
                return "/";
            }
            var comma = text.indexOf(',', at);
            var namespace = text.substring(at, comma < 0 ? text.length() : comma);
            at = comma < 0 ? text.length() : comma + 1;
            return namespace;
        }

        OptionalLong ack() {
            var digits = digits();
            if (digits.length() > MAX_DIGITS) {
                throw new BadPacket("a number too large");
            }
            return digits.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(digits));
        }

        String rest() {
            return text.substring(at);
        }

        private String digits() {
            var from = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            return text.substring(from, at);
        }
    }

    private JsonNode payload(String text) {
        try {
            return json.readTree(text);
        } catch (JacksonException _) {
            throw new BadPacket("a payload that is no JSON");
        }
    }

    private static JsonNode auth(JsonNode payload) {
        if (!payload.isObject() && !payload.isMissingNode()) {
            throw new BadPacket("a payload that is no object");
        }
        return payload;
    }

    private static SocketPacket disconnect(String namespace, JsonNode payload) {
        if (!payload.isMissingNode()) {
            throw new BadPacket("a payload where there is none");
        }
        return new SocketPacket.Disconnect(namespace);
    }

    private static String name(JsonNode payload) {
        var name = payload.path(0);
        if (!payload.isArray() || !(name.isString() || name.isNumber()) || RESERVED.contains(name.asString())) {
            throw new BadPacket("an event without a name, or with one that is reserved");
        }
        return name.asString();
    }

    private static List<JsonNode> arguments(JsonNode payload, int from) {
        if (!payload.isArray()) {
            throw new BadPacket("a payload that is no array");
        }
        return payload.valueStream().skip(from).toList();
    }

    private static long number(OptionalLong ack) {
        return ack.orElseThrow(() -> new BadPacket("an acknowledgement without a number"));
    }
}
