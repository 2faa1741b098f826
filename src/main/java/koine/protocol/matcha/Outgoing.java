package koine.protocol.matcha;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// What the server says on a socket, and its errors by HTTP, under the names of the published document.
sealed interface Outgoing {

    /// @param event the event that could not be carried out; null where none was
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Problem(String message, @Nullable String event) implements Outgoing {

        Problem(String message) {
            this(message, null);
        }
    }

    /// What a callback is told of an event that was carried out.
    record Done(String message) implements Outgoing {

        static final Done OK = new Done("ok");
    }

    /// What the callback of a message is told.
    record Sent(
            String message,
            @JsonProperty("message_id") long messageId,
            @JsonProperty("chat_id") long chatId) implements Outgoing {}

    /// @param partnerId to whom it is said; null in groups
    record ReceiveMessage(
            String text,
            @JsonProperty("chat_id") long chatId,
            String author,
            @JsonProperty("creation_date") String creationDate,
            @JsonProperty("partner_id") @Nullable Long partnerId,
            @JsonProperty("message_id") long messageId)
            implements Outgoing {}

    /// A message, before it is known what its author is called, and whom it is for.
    record Unsigned(
            String text,
            @JsonProperty("chat_id") long chatId,
            long author,
            @JsonProperty("creation_date") String creationDate,
            @JsonProperty("message_id") long messageId)
            implements Outgoing {

        ReceiveMessage signed(String login, @Nullable Long partner) {
            return new ReceiveMessage(text, chatId, login, creationDate, partner, messageId);
        }
    }

    /// @param mutual left out unless it is true
    record Notification(
            String author,
            @JsonProperty("partner_id") long partnerId,
            String type,
            long id,
            @JsonProperty("creation_date") String creationDate,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean mutual)
            implements Outgoing {}
}
