package koine.message;

/// Up to where somebody has read a chat.
///
/// @param after every message that has not been read comes after the one with this id; 0 if that may be any. Where
///              messages go, some that have been read may come after it as well: the number tells
/// @param seq   the number of the message that was read last; 0 for none
public record LastRead(long after, long seq) {}
