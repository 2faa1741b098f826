package koine.log;

import koine.kernel.AccountId;
import koine.kernel.Role;

/// Somebody in a chat, as the log tells of it.
public record Participant(AccountId id, String username, Role role) {}
