package koine.kernel;

/// What somebody is notified of. The names are stored: add to them and never rename one.
public enum NotificationType {
    /// Somebody wants to be one's friend.
    FRIEND_REQUEST,
    /// Somebody has accepted one's request.
    FRIEND_ACCEPTED,
    /// Somebody has brought one into a group.
    CHAT_ADDED,
    /// Somebody has looked at one's page.
    HISTORY,
    /// Somebody likes one.
    LIKE,
    /// Somebody does not like one, or no longer.
    DISLIKE,
    /// Somebody takes one for a fake.
    FAKE
}
