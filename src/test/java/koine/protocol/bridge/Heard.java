package koine.protocol.bridge;

/// Something that a client was shown as said in the conversation.
///
/// @param who  the username of who said it
/// @param text what was said
record Heard(String who, String text) {}
