package koine.kernel;

/// What a message is.
public enum MessageKind {
    /// Words.
    TEXT,
    /// A file, perhaps with words.
    FILE,
    /// A picture that every client can show, perhaps with words.
    IMAGE
}
