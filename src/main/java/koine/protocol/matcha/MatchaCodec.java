package koine.protocol.matcha;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.notification.Gesture;
import koine.protocol.StrictJson;
import koine.protocol.matcha.socketio.IncomingEvent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Events and bodies as JSON. It knows what each looks like and nothing else.
final class MatchaCodec {

    /// As a browser writes a `Date`.
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final JsonMapper json = JsonMapper.builder(StrictJson.factory()).build();

    /// The mapper by which all of [Outgoing] is written.
    JsonMapper json() {
        return json;
    }

    static String date(Instant time) {
        return DATE.format(time);
    }

    byte[] write(Outgoing outgoing) {
        return json.writeValueAsBytes(outgoing);
    }

    /// An event's name and its one argument, as [EncodedEvent#of] takes them.
    byte[] writeEvent(String name, Outgoing argument) {
        return json.writeValueAsBytes(List.of(name, argument));
    }

    Outgoing.Unsigned readUnsigned(byte[] bytes) {
        return json.readValue(bytes, Outgoing.Unsigned.class);
    }

    /// What an event asks for.
    ///
    /// @throws NotUnderstood with what the client is told
    Command read(IncomingEvent event) {
        var arguments = event.arguments();
        var first = arguments.isEmpty() ? JsonNodeFactory.instance.missingNode() : arguments.getFirst();
        return switch (event.name()) {
            case "connect_logged_user" -> new Command.ConnectLoggedUser(new AccountId(id("user_id", first)));
            case "join" -> new Command.Join(new ChatId(id("chat_id", first)));
            case "message" -> say(new Fields(first));
            case "manage_notification" -> notify(new Fields(first));
            default -> throw new NotUnderstood("unknown event");
        };
    }

    private static Command say(Fields fields) {
        return new Command.Say(fields.text("author"), fields.text("text"), place(fields));
    }

    private static Command.Place place(Fields fields) {
        return fields.isGiven("chat_id")
                ? new Command.Place.InChat(new ChatId(fields.id("chat_id")))
                : new Command.Place.With(new AccountId(fields.id("partner_id")));
    }

    private static Command notify(Fields fields) {
        return new Command.Notify(
                fields.text("author"), new AccountId(fields.id("partner_id")), gesture(fields.text("type")));
    }

    private static Gesture gesture(String type) {
        return Stream.of(Gesture.values())
                .filter(gesture -> name(gesture).equals(type))
                .findFirst()
                .orElseThrow(() -> new NotUnderstood("type: must be history, like, dislike or fake"));
    }

    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /// A whole number, or text of its digits.
    private static long id(String name, JsonNode value) {
        if (isNothing(value)) {
            throw new NotUnderstood(name + ": is required");
        }
        var id = value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : fromDigits(value);
        if (id <= 0) {
            throw new NotUnderstood(name + ": must be a positive whole number");
        }
        return id;
    }

    /// 0, which is no id, for what is no number.
    private static long fromDigits(JsonNode value) {
        try {
            return value.isString() ? Long.parseLong(value.stringValue()) : 0;
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static boolean isNothing(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    /// The fields of an event's argument. A null is as good as nothing.
    private record Fields(JsonNode object) {

        Fields {
            if (!object.isObject()) {
                throw new NotUnderstood("must be an object");
            }
        }

        /// Clients that know no chat yet may send an empty text.
        boolean isGiven(String name) {
            var value = object.path(name);
            return !isNothing(value)
                    && !(value.isString() && value.stringValue().isEmpty());
        }

        String text(String name) {
            var value = object.path(name);
            if (isNothing(value)) {
                throw new NotUnderstood(name + ": is required");
            }
            if (!value.isString()) {
                throw new NotUnderstood(name + ": must be text");
            }
            return value.stringValue();
        }

        long id(String name) {
            return MatchaCodec.id(name, object.path(name));
        }
    }
}
