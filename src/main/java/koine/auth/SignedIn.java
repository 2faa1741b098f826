package koine.auth;

import koine.kernel.AccountId;
import koine.kernel.SessionId;

/// Who is asking, proven by a token or a ticket.
public record SignedIn(AccountId account, SessionId session) {}
