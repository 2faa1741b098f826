package koine.kernel;

/// What kind of chat it is.
public enum ChatType {
    /// Two accounts; there is at most one of these for each pair.
    PRIVATE,
    /// Members are added by its owner and admins.
    GROUP,
    /// As a group, and whoever knows its name may join; there is at most one for each name.
    ROOM
}
