package koine.kernel;

/// How long a chat keeps its messages. It is set when the chat is made.
public enum Retention {
    /// Until they are deleted.
    KEEP,
    /// Until all members have received them.
    UNTIL_DELIVERED
}
