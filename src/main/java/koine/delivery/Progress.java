package koine.delivery;

/// How far a connection is with the events that concern it.
enum Progress {
    /// It has not asked for any, or is about to be closed.
    IDLE,
    /// It is sent what it has missed, page by page from the log.
    CATCHING_UP,
    /// It is told what happens as it happens.
    LIVE
}
