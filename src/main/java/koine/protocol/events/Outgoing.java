package koine.protocol.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.ChatView;
import koine.protocol.MessageView;
import koine.protocol.NotificationView;
import org.jspecify.annotations.Nullable;

/// What the event socket sends. Cursors are of events that are stored; answers and greetings repeat the `ref`
/// they answer, where there was one.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.PROPERTY, property = "type")
sealed interface Outgoing {

    record User(long id, String username) {}

    /// @param frameBytes    the largest frame that is taken
    /// @param messageLength the most code points of a message
    record Limits(long frameBytes, int messageLength) {}

    @JsonTypeName("hello")
    record Hello(String sessionId, User user, String cursor, long heartbeatS, Limits limits) implements Outgoing {}

    /// All that concerns the client up to the cursor has been sent.
    @JsonTypeName("heartbeat")
    record Heartbeat(String cursor) implements Outgoing {}

    @JsonTypeName("ok")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Ok(@Nullable String ref, @Nullable MessageView message) implements Outgoing {}

    /// @param limit      the name of the limit that was reached
    /// @param retryAfter for how many seconds to wait before trying again
    @JsonTypeName("error")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Problem(
            @Nullable String ref,
            ErrorCode code,
            String message,
            @Nullable String limit,
            @Nullable Long retryAfter) implements Outgoing {

        static Problem of(@Nullable String ref, Refused refused) {
            var wait = refused.retryAfter();
            return new Problem(
                    ref, refused.code(), refused.detail(), refused.limit(), wait == null ? null : wait.toSeconds());
        }
    }

    @JsonTypeName("pong")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Pong(@Nullable String ref) implements Outgoing {}

    @JsonTypeName("synced")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Synced(@Nullable String ref, String cursor) implements Outgoing {}

    @JsonTypeName("reset")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Reset(@Nullable String ref, String cursor) implements Outgoing {}

    @JsonTypeName("message")
    record Message(String cursor, long chatId, long seq, MessageView message) implements Outgoing {}

    @JsonTypeName("message.edited")
    record MessageEdited(String cursor, long chatId, long seq, MessageView message) implements Outgoing {}

    @JsonTypeName("message.deleted")
    record MessageDeleted(String cursor, long chatId, long seq, long id) implements Outgoing {}

    @JsonTypeName("chat.created")
    record ChatCreated(String cursor, ChatView.WithParticipants chat) implements Outgoing {}

    /// @param chat without `unread`, which is not the same for all
    @JsonTypeName("chat.updated")
    record ChatUpdated(String cursor, ChatView.WithParticipants chat) implements Outgoing {}

    @JsonTypeName("chat.deleted")
    record ChatDeleted(String cursor, long chatId) implements Outgoing {}

    /// @param delivered the seq up to which the messages have reached the user
    /// @param read      the seq up to which the user has read
    @JsonTypeName("receipt")
    record Receipt(long chatId, long userId, long delivered, long read) implements Outgoing {}

    @JsonTypeName("typing")
    record Typing(long chatId, long userId) implements Outgoing {}

    @JsonTypeName("presence")
    record Presence(long userId, boolean online, @Nullable Instant lastActive) implements Outgoing {}

    @JsonTypeName("chat.joined")
    record ChatJoined(String cursor, ChatView.WithParticipants chat) implements Outgoing {}

    @JsonTypeName("chat.left")
    record ChatLeft(String cursor, long chatId) implements Outgoing {}

    /// @param role the one that the member has, or had when it left
    record MemberChange(String cursor, long chatId, User user, String role) {}

    @JsonTypeName("member.joined")
    record MemberJoined(@JsonUnwrapped MemberChange change) implements Outgoing {}

    @JsonTypeName("member.left")
    record MemberLeft(@JsonUnwrapped MemberChange change) implements Outgoing {}

    @JsonTypeName("member.changed")
    record MemberChanged(@JsonUnwrapped MemberChange change) implements Outgoing {}

    @JsonTypeName("friend.requested")
    record FriendRequested(String cursor, User user) implements Outgoing {}

    @JsonTypeName("friend.accepted")
    record FriendAccepted(String cursor, User user) implements Outgoing {}

    @JsonTypeName("friend.removed")
    record FriendRemoved(String cursor, User user) implements Outgoing {}

    @JsonTypeName("notification")
    record Notification(String cursor, NotificationView notification) implements Outgoing {}
}
