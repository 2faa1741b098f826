package koine.chat;

import java.util.List;

/// A chat, as one of its members sees it when it is opened.
///
/// @param members the longest-standing first
public record ChatDetails(Chat chat, List<Member> members) {}
