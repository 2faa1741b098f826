package koine.account;

import koine.kernel.AccountId;

/// An account that can be reached by mail.
///
/// @param passwordMark tells its password from every other, and tells nothing of it
/// @param confirmed    whether somebody has shown that they read what is sent there
public record Mailbox(AccountId account, String address, String passwordMark, boolean confirmed) {}
