package koine.notification;

import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.NotificationType;
import koine.log.Person;
import org.jspecify.annotations.Nullable;

/// A notification that is to be given a place in the log.
///
/// @param mutual whether what it tells holds the other way round as well
record Draft(
        AccountId to,
        NotificationType type,
        Person from,
        @Nullable ChatId chat,
        boolean mutual) {

    Draft(AccountId to, NotificationType type, Person from, @Nullable ChatId chat) {
        this(to, type, from, chat, false);
    }
}
