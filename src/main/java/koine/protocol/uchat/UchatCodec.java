package koine.protocol.uchat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import koine.kernel.ChatId;
import koine.kernel.MediaId;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/// Frames as bytes. It knows what each frame looks like and nothing else.
final class UchatCodec {

    /// Frames may have megabytes, but only for a file, which is not read as text: what is made of the rest has a bound.
    private static final StreamReadConstraints FEW_AND_SHORT = StreamReadConstraints.builder()
            .maxTokenCount(1_000)
            .maxStringLength(Fields.LONGEST_TEXT)
            .maxNestingDepth(20)
            .build();

    private final JsonMapper json = JsonMapper.builder(
                    JsonFactory.builder().streamReadConstraints(FEW_AND_SHORT).build())
            .build();

    byte[] write(Outgoing frame) {
        return json.writeValueAsBytes(frame);
    }

    /// The frame of a message from which its sender was left out.
    byte[] withSender(byte[] frame, String sender) {
        var rest = ",\"sender\":" + json.writeValueAsString(sender) + "}";
        return (new String(frame, 0, frame.length - 1, StandardCharsets.UTF_8) + rest).getBytes(StandardCharsets.UTF_8);
    }

    static Outgoing noJson() {
        return new Outgoing.Misunderstood("malformed JSON");
    }

    /// What a frame asks for. Whether its sender may ask for that at all is looked at before its fields.
    ///
    /// @throws NotUnderstood with the answer
    Command read(byte[] frame, boolean signedIn) {
        var fields = fields(frame);
        var type = type(fields);
        if (type.isEntrance() == signedIn) {
            throw new NotUnderstood(Problems.of(type, signedIn ? "already logged in" : "not logged in"));
        }
        try {
            return command(type, fields);
        } catch (Fields.Unusable unusable) {
            throw new NotUnderstood(Problems.of(type, String.valueOf(unusable.getMessage())));
        }
    }

    private Fields fields(byte[] frame) {
        try {
            return Fields.read(json, frame);
        } catch (JacksonException _) {
            throw new NotUnderstood(noJson());
        }
    }

    private static Command.Type type(Fields fields) {
        return Stream.of(Command.Type.values())
                .filter(type -> type.name().equals(fields.textOrEmpty("type")))
                .findFirst()
                .orElseThrow(() -> new NotUnderstood(new Outgoing.Misunderstood("unknown type")));
    }

    private Command command(Command.Type type, Fields fields) {
        return switch (type) {
            case REQUEST_LOGIN -> new Command.LogIn(fields.text("login"), fields.text("pass"));
            case REQUEST_SIGNUP -> new Command.SignUp(fields.text("login"), fields.text("pass"));
            case CREATE_ROOM -> new Command.CreateRoom(fields.text("username"), fields.text("customer"));
            case SND_MSG ->
                new Command.SendMessage(fields.text("username"), new ChatId(fields.id("room_id")), content(fields));
            case READ_MSG -> new Command.ReadMessages(new ChatId(fields.id("room_id")), which(fields.text("read")));
            case SEARCH_USER -> new Command.SearchUser(fields.text("user"));
            case DELETE_ROOM -> new Command.DeleteRoom(new ChatId(fields.id("id")));
            case DELETE_MSG -> new Command.DeleteMessage(new MessageId(fields.id("id")));
            case EDIT_MSG -> new Command.EditMessage(new MessageId(fields.id("id")), fields.text("new_msg"));
            case OLD_DIALOGS -> new Command.OldDialogs(fields.text("username"));
        };
    }

    /// The document's own `RESENT`, and what it means.
    private static Command.Which which(String read) {
        return switch (read) {
            case "ALL" -> Command.Which.ALL;
            case "RESENT", "RECENT" -> Command.Which.UNREAD;
            default -> throw Fields.invalid("read");
        };
    }

    private Command.Content content(Fields fields) {
        return switch (fields.text("msg_type")) {
            case "TEXT" -> new Command.Content.Words(fields.text("message"));
            case "FILE" -> file(MessageKind.FILE, fields);
            case "IMAGE" -> file(MessageKind.IMAGE, fields);
            default -> throw Fields.invalid("msg_type");
        };
    }

    private Command.Content file(MessageKind kind, Fields fields) {
        Optional<Command.Content> inline = fields.raw("message")
                .flatMap(text -> InlineFile.in(text, fields.optionalText("file_name")))
                .map(file -> new Command.Content.Inline(kind, file));
        return inline.orElseGet(() -> new Command.Content.Uploaded(kind, new MediaId(fields.id("message"))));
    }
}
