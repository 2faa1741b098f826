package koine.kernel;

/// What a member may do in a chat. In a private chat both sides are plain members.
public enum Role {
    OWNER,
    ADMIN,
    MEMBER;

    /// Whether it may change the chat and what others wrote in it.
    public boolean isAtLeastAdmin() {
        return this != MEMBER;
    }
}
