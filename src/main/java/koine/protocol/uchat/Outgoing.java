package koine.protocol.uchat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the socket sends, under the names of the published document, its slips of the pen included.
@JsonInclude(JsonInclude.Include.NON_NULL)
sealed interface Outgoing {

    String OK = "OK";
    String FAIL = "FAIL";

    String type();

    /// @param error beyond the document: why, in words
    record LoggedIn(String type, String status, @Nullable String error) implements Outgoing {

        static final LoggedIn AS_WISHED = of("LOGIN_OK", null);

        static LoggedIn of(String status, @Nullable String error) {
            return new LoggedIn("RESPONSE_LOGIN", status, error);
        }
    }

    /// @param error beyond the document: why, in words
    record SignedUp(String type, String status, @Nullable String error) implements Outgoing {

        static final SignedUp AS_WISHED = of("SINGUP_OK", null);

        static SignedUp of(String status, @Nullable String error) {
            return new SignedUp("RESPONSE_SIGNUP", status, error);
        }
    }

    record RoomCreated(String type, long id, String customer) implements Outgoing {

        RoomCreated(long id, String customer) {
            this("CREATE_ROOM", id, customer);
        }
    }

    record Sent(
            String type,
            String status,
            @JsonProperty("room_id") long roomId,
            @JsonProperty("message_id") long messageId,
            String date)
            implements Outgoing {

        Sent(long roomId, long messageId, String date) {
            this("SND_MSG", OK, roomId, messageId, date);
        }
    }

    /// A message.
    ///
    /// @param message what was said, or where the file is read
    /// @param fileName beyond the document, as all of the file but its place; null for words
    /// @param sender  who wrote it; null where that is still to be looked up
    record Read(
            String type,
            String status,
            @JsonProperty("room_id") long roomId,
            @JsonProperty("message_id") long messageId,
            @JsonProperty("msg_type") MessageType messageType,
            String message,
            String date,
            @JsonProperty("file_name") @Nullable String fileName,
            @JsonProperty("content_type") @Nullable String contentType,
            @Nullable Long size,
            @Nullable String caption,
            @Nullable String sender)
            implements Outgoing {}

    /// What a message is.
    enum MessageType {
        TEXT,
        FILE,
        IMAGE
    }

    /// All that was asked for has been read.
    record ReadToTheEnd(
            String type,
            String status,
            @JsonProperty("room_id") long roomId,
            boolean end) implements Outgoing {

        ReadToTheEnd(long roomId) {
            this("READ_MSG", OK, roomId, true);
        }
    }

    record UsersFound(String type, List<String> user) implements Outgoing {

        UsersFound(List<String> user) {
            this("SEARCH_USER", user);
        }
    }

    record RoomDeleted(String type, long id) implements Outgoing {

        RoomDeleted(long id) {
            this("DELETE_ROOM", id);
        }
    }

    record MessageDeleted(String type, long id) implements Outgoing {

        MessageDeleted(long id) {
            this("DELETE_MSG", id);
        }
    }

    /// @param text    of one that brings a file, where that is read: as in [Read]
    /// @param caption beyond the document: the words that stand with a file
    record MessageEdited(
            String type,
            long id,
            @JsonProperty("new_msg") String text,
            @Nullable String caption) implements Outgoing {

        MessageEdited(long id, String text, @Nullable String caption) {
            this("EDIT_MSG", id, text, caption);
        }
    }

    /// Parallel lists.
    record DialogList(
            String type,
            List<String> dialogs,
            List<Long> id,
            @JsonProperty("first_massage_id") List<@Nullable Long> firstMessageId)
            implements Outgoing {

        DialogList(List<String> dialogs, List<Long> id, List<@Nullable Long> firstMessageId) {
            this("OLD_DIALOGS", dialogs, id, firstMessageId);
        }
    }

    /// A command that was not carried out.
    ///
    /// @param roomId of those that name a room and have a status
    record Failed(
            String type,
            String status,
            @JsonProperty("room_id") @Nullable Long roomId,
            String error) implements Outgoing {

        Failed(Command.Type type, @Nullable Long roomId, String error) {
            this(type.name(), FAIL, roomId, error);
        }
    }

    /// A frame that is no command.
    record Misunderstood(String type, String error) implements Outgoing {

        Misunderstood(String error) {
            this("ERROR", error);
        }
    }
}
