package koine.message;

import java.util.List;
import java.util.Map;
import koine.kernel.AccountId;
import koine.log.Message;

/// A stretch of a chat's history, oldest first.
///
/// @param authors the usernames of those who wrote these messages
public record HistoryPage(List<Message> messages, Map<AccountId, String> authors) {}
