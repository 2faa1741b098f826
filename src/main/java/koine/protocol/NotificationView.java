package koine.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Locale;
import koine.kernel.ChatId;
import koine.kernel.NotificationType;
import koine.log.Event.Notified;
import koine.notification.Notification;
import org.jspecify.annotations.Nullable;

/// A notification in the native protocol.
///
/// @param mutual left out unless it is true
public record NotificationView(
        long id,
        String type,
        PersonView from,
        Instant createdAt,
        boolean read,
        @Nullable Long chatId,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean mutual) {

    public static NotificationView of(Notification notification) {
        return new NotificationView(
                notification.id(),
                name(notification.type()),
                PersonView.of(notification.from()),
                notification.createdAt(),
                notification.read(),
                value(notification.chat()),
                notification.mutual() ? true : null);
    }

    /// As it was when it came.
    public static NotificationView of(Notified event) {
        return new NotificationView(
                event.position(),
                name(event.type()),
                PersonView.of(event.from()),
                event.createdAt(),
                false,
                value(event.chat()),
                event.mutual() ? true : null);
    }

    private static String name(NotificationType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Long value(@Nullable ChatId chat) {
        return chat == null ? null : chat.value();
    }
}
