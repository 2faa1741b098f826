package koine.auth;

import java.time.Duration;

/// A pass for one socket, for clients that can't send headers with its handshake. It may stand in a URL, and so
/// in access logs, because it is good only once and only for a moment.
public record Ticket(String value, Duration expiresIn) {

    /// Without the ticket, so that it can't get into a log.
    @Override
    public String toString() {
        return "Ticket[expiresIn=" + expiresIn + "]";
    }
}
