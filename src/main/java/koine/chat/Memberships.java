package koine.chat;

import java.util.List;
import koine.kernel.ChatId;

/// In which chats an account was at a position of the log.
public record Memberships(long position, List<ChatId> chats) {}
