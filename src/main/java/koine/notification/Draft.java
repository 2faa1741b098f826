package koine.notification;

import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.NotificationType;
import koine.log.Person;
import org.jspecify.annotations.Nullable;

/// A notification that is to be given a place in the log.
record Draft(
        AccountId to,
        NotificationType type,
        Person from,
        @Nullable ChatId chat) {}
