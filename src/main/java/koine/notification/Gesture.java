package koine.notification;

import koine.kernel.NotificationType;

/// What somebody may have somebody else notified of by their own will.
public enum Gesture {
    /// They have looked at the other's page.
    HISTORY(NotificationType.HISTORY),
    /// They like the other; it holds until they say that they don't.
    LIKE(NotificationType.LIKE),
    /// They don't, or no longer.
    DISLIKE(NotificationType.DISLIKE),
    /// They take the other for somebody who is not what they show; said once, it holds for ever.
    FAKE(NotificationType.FAKE);

    private final NotificationType type;

    Gesture(NotificationType type) {
        this.type = type;
    }

    NotificationType type() {
        return type;
    }
}
