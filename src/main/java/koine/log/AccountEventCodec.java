package koine.log;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.NotificationType;
import koine.log.Event.Blocked;
import koine.log.Event.FriendAccepted;
import koine.log.Event.FriendRemoved;
import koine.log.Event.FriendRequested;
import koine.log.Event.Notified;
import koine.log.Event.ToAccount;
import koine.log.Event.Unblocked;
import koine.log.EventCodec.Stored;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// How what happens to one account is kept in the `event` table.
final class AccountEventCodec {

    private static final String FRIEND_REQUESTED = "friend.requested";
    private static final String FRIEND_ACCEPTED = "friend.accepted";
    private static final String FRIEND_REMOVED = "friend.removed";
    private static final String BLOCKED = "blocked";
    private static final String UNBLOCKED = "unblocked";
    private static final String NOTIFICATION = "notification";

    private final JsonMapper json = JsonMapper.shared();

    private record OtherPayload(PersonPayload other) {}

    private record AcceptedPayload(PersonPayload other, boolean asked) {}

    /// @param mutual null for false
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record NotifiedPayload(
            NotificationType type,
            PersonPayload from,
            @Nullable Long chat,
            @Nullable Boolean mutual,
            Instant createdAt) {}

    private record UnblockedPayload(PersonPayload other, boolean stillBlocked) {}

    Stored encode(ToAccount event) {
        return switch (event) {
            case FriendRequested requested ->
                Stored.of(FRIEND_REQUESTED, new OtherPayload(PersonPayload.of(requested.other())));
            case FriendAccepted accepted ->
                Stored.of(FRIEND_ACCEPTED, new AcceptedPayload(PersonPayload.of(accepted.other()), accepted.asked()));
            case FriendRemoved removed ->
                Stored.of(FRIEND_REMOVED, new OtherPayload(PersonPayload.of(removed.other())));
            case Blocked blocked -> Stored.of(BLOCKED, new OtherPayload(PersonPayload.of(blocked.other())));
            case Unblocked unblocked ->
                Stored.of(
                        UNBLOCKED, new UnblockedPayload(PersonPayload.of(unblocked.other()), unblocked.stillBlocked()));
            case Notified notified -> Stored.of(NOTIFICATION, payload(notified));
        };
    }

    ToAccount decode(long position, AccountId account, Stored stored) {
        var payload = stored.payload();
        return switch (stored.type()) {
            case FRIEND_REQUESTED -> new FriendRequested(position, account, other(payload));
            case FRIEND_ACCEPTED -> {
                var accepted = json.readValue(payload, AcceptedPayload.class);
                yield new FriendAccepted(position, account, accepted.other().person(), accepted.asked());
            }
            case FRIEND_REMOVED -> new FriendRemoved(position, account, other(payload));
            case BLOCKED -> new Blocked(position, account, other(payload));
            case UNBLOCKED -> {
                var unblocked = json.readValue(payload, UnblockedPayload.class);
                yield new Unblocked(position, account, unblocked.other().person(), unblocked.stillBlocked());
            }
            case NOTIFICATION -> notified(position, account, json.readValue(payload, NotifiedPayload.class));
            default ->
                throw new IllegalStateException("event " + position + " is of an unknown type: " + stored.type());
        };
    }

    private static NotifiedPayload payload(Notified notified) {
        var chat = notified.chat();
        return new NotifiedPayload(
                notified.type(),
                PersonPayload.of(notified.from()),
                chat == null ? null : chat.value(),
                notified.mutual() ? true : null,
                notified.createdAt());
    }

    private static Notified notified(long position, AccountId account, NotifiedPayload payload) {
        var chat = payload.chat();
        return new Notified(
                position,
                account,
                payload.type(),
                payload.from().person(),
                chat == null ? null : new ChatId(chat),
                Boolean.TRUE.equals(payload.mutual()),
                payload.createdAt());
    }

    private Person other(String payload) {
        return json.readValue(payload, OtherPayload.class).other().person();
    }
}
