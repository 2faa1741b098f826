package koine.friend;

/// How an account stands with another one.
public enum Standing {
    NONE,
    /// The account has asked the other to be its friend.
    ASKED,
    /// The other has asked.
    WAS_ASKED,
    FRIENDS
}
