package koine.auth;

/// Where the links that are sent by mail lead. Supplied by the protocol that serves them.
public interface LinkAddresses {

    /// Where an address is confirmed with this token.
    String toConfirmEmail(String token);

    /// Where a new password is chosen with this token.
    String toResetPassword(String token);
}
