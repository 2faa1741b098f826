package koine.protocol.events;

import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.Cursor;
import koine.kernel.ErrorCode;
import koine.kernel.MessageId;
import koine.kernel.Refused;
import koine.message.MessageBody;
import koine.protocol.Inputs;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/// Reads the frames that clients of the event socket send.
@Component
class CommandCodec {

    private final JsonMapper json;
    private final ObjectReader fields;

    CommandCodec(JsonMapper json) {
        this.json = json;
        this.fields = json.readerFor(Fields.class);
    }

    /// The fields of all commands; each command has some of them.
    private record Fields(
            @Nullable String type,
            @Nullable String ref,
            @Nullable String since,
            @Nullable Long chatId,
            @Nullable String contents,
            @Nullable String kind,
            @Nullable Long mediaId,
            @Nullable Long replyTo,
            @Nullable String key,
            @Nullable Long id,
            @Nullable Long seq,
            @Nullable List<@Nullable Long> userIds) {}

    /// @throws InvalidCommand for a frame that is no JSON object, has no known type, or has a field of the
    /// wrong type
    Command read(byte[] frame) {
        var fields = fieldsOf(frame);
        try {
            return command(fields);
        } catch (Refused refused) {
            throw new InvalidCommand(fields.ref(), refused);
        }
    }

    private Fields fieldsOf(byte[] frame) {
        try {
            Fields read = fields.readValue(frame);
            if (read == null) {
                throw new InvalidCommand(null, invalid("a frame is a JSON object"));
            }
            return read;
        } catch (JacksonException malformed) {
            throw explained(frame);
        }
    }

    private static Command command(Fields fields) {
        return switch (fields.type()) {
            case "resume" -> new Command.Resume(fields.ref(), cursor(fields.since()));
            case "message.send" ->
                new Command.Send(fields.ref(), new ChatId(id("chat_id", fields.chatId())), body(fields), fields.key());
            case "message.edit" ->
                new Command.Edit(fields.ref(), new MessageId(id("id", fields.id())), fields.contents());
            case "message.delete" -> new Command.Delete(fields.ref(), new MessageId(id("id", fields.id())));
            case "ping" -> new Command.Ping(fields.ref());
            case "chat.read" -> mark(fields, true);
            case "chat.delivered" -> mark(fields, false);
            case "typing" -> new Command.Typing(fields.ref(), new ChatId(id("chat_id", fields.chatId())));
            case "watch" -> new Command.Watch(fields.ref(), users(fields.userIds()));
            case null -> throw Refused.invalid("type", "is required");
            default -> throw Refused.invalid("type", "is not known");
        };
    }

    private static MessageBody body(Fields fields) {
        return Inputs.messageBody(fields.kind(), fields.contents(), fields.mediaId(), fields.replyTo());
    }

    private static Command.Mark mark(Fields fields, boolean read) {
        return new Command.Mark(
                fields.ref(), new ChatId(id("chat_id", fields.chatId())), id("seq", fields.seq()), read);
    }

    private static List<AccountId> users(@Nullable List<@Nullable Long> ids) {
        if (ids == null) {
            throw Refused.invalid("user_ids", "is required");
        }
        return ids.stream().map(id -> Inputs.accountId("user_ids", id)).toList();
    }

    private static @Nullable Cursor cursor(@Nullable String since) {
        return since == null ? null : Cursor.parse(since).orElseThrow(() -> Refused.invalid("since", "is no cursor"));
    }

    private static long id(String field, @Nullable Long value) {
        if (value == null || value <= 0) {
            throw Refused.invalid(field, "must be a positive whole number");
        }
        return value;
    }

    /// Reads a frame again that could not be read at once, for its `ref` and a helpful word.
    private InvalidCommand explained(byte[] frame) {
        try {
            JsonNode tree = json.readTree(frame);
            var ref = tree.isObject() ? tree.path("ref") : json.missingNode();
            return new InvalidCommand(
                    ref.isString() ? ref.stringValue() : null,
                    invalid(tree.isObject() ? "a field has a value of the wrong type" : "a frame is a JSON object"));
        } catch (JacksonException malformed) {
            return new InvalidCommand(null, invalid("the frame is no JSON"));
        }
    }

    private static Refused invalid(String detail) {
        return new Refused(ErrorCode.INVALID_REQUEST, detail);
    }
}
