package koine.protocol.pymessage;

import java.util.function.Supplier;
import koine.kernel.AccountId;
import koine.protocol.StrictJson;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/// Frames as bytes. It knows what each frame looks like and nothing else.
final class PymessageCodec {

    private final JsonMapper json = JsonMapper.builder(StrictJson.factory())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private final ObjectWriter outgoing = json.writerFor(Outgoing.class);

    byte[] write(Outgoing frame) {
        return outgoing.writeValueAsBytes(frame);
    }

    /// What a frame asks for. Whether its sender may ask for that at all is looked at before its arguments.
    ///
    /// @throws NotUnderstood with the answer
    Command read(byte[] frame, boolean signedIn) {
        var arguments = new Arguments(object(frame));
        return switch (arguments.type()) {
            case "login" ->
                entrance(signedIn, () -> new Command.Login(arguments.text("username"), arguments.pin("pin")));
            case "create_acc" ->
                entrance(signedIn, () -> new Command.CreateAccount(arguments.text("username"), arguments.pin("pin")));
            case "send_msg" ->
                deed(signedIn, () -> new Command.SendMessage(arguments.id("recipient"), arguments.text("content")));
            case "get_friends" -> deed(signedIn, Command.GetFriends::new);
            case "request_friend" -> deed(signedIn, () -> new Command.RequestFriend(arguments.id("user")));
            case "add_friend" -> deed(signedIn, () -> new Command.AddFriend(arguments.id("user")));
            case "deny_friend" -> deed(signedIn, () -> new Command.DenyFriend(arguments.id("user")));
            default -> throw new NotUnderstood("endpoint not found");
        };
    }

    private JsonNode object(byte[] frame) {
        try {
            var tree = json.readTree(frame);
            if (tree.isObject()) {
                return tree;
            }
        } catch (JacksonException malformed) {
            throw invalidJson();
        }
        throw invalidJson();
    }

    static NotUnderstood invalidJson() {
        return new NotUnderstood("invalid json");
    }

    private static Command entrance(boolean signedIn, Supplier<Command.Entrance> command) {
        if (signedIn) {
            throw new NotUnderstood("already logged in");
        }
        return command.get();
    }

    private static Command deed(boolean signedIn, Supplier<Command.Deed> command) {
        if (!signedIn) {
            throw new NotUnderstood("not logged in");
        }
        return command.get();
    }

    /// The fields of a frame. A null is as good as nothing.
    private record Arguments(JsonNode fields) {

        /// Empty, which no endpoint is called, unless it is text.
        String type() {
            var type = fields.path("type");
            return type.isString() ? type.stringValue() : "";
        }

        String text(String name) {
            var value = required(name);
            if (!value.isString()) {
                throw invalid(name);
            }
            return value.stringValue();
        }

        /// Text, or a whole number, which is the text of its digits.
        String pin(String name) {
            var value = required(name);
            return value.isIntegralNumber() ? value.bigIntegerValue().toString() : text(name);
        }

        /// A whole number, or text of its digits.
        AccountId id(String name) {
            var value = required(name);
            if (value.isIntegralNumber() && value.canConvertToLong()) {
                return new AccountId(value.longValue());
            }
            try {
                return new AccountId(Long.parseLong(text(name)));
            } catch (NumberFormatException _) {
                throw invalid(name);
            }
        }

        private JsonNode required(String name) {
            var value = fields.path(name);
            if (value.isMissingNode() || value.isNull()) {
                throw new NotUnderstood("missing argument: " + name);
            }
            return value;
        }

        private static NotUnderstood invalid(String name) {
            return new NotUnderstood("invalid argument: " + name);
        }
    }
}
