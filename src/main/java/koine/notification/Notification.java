package koine.notification;

import java.time.Instant;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.NotificationType;
import koine.log.Event.Notified;
import koine.log.Person;
import org.jspecify.annotations.Nullable;

/// Something that an account was notified of.
///
/// @param id   the position of its event: it rises
/// @param from whose doing it was
/// @param chat the chat that it is about, if it is about one
/// @param mutual whether what it tells held the other way round as well
public record Notification(
        long id,
        NotificationType type,
        Person from,
        @Nullable ChatId chat,
        boolean mutual,
        Instant createdAt,
        boolean read) {

    /// The event by which the account was told.
    Notified toldTo(AccountId account) {
        return new Notified(id, account, type, from, chat, mutual, createdAt);
    }
}
