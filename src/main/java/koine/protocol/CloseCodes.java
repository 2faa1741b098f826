package koine.protocol;

import org.springframework.web.reactive.socket.CloseStatus;

/// Why a socket was closed; the same for every WebSocket protocol.
public final class CloseCodes {

    /// A text message that is no UTF-8 (RFC 6455, 7.4.1).
    public static final CloseStatus INVALID_UTF_8 = new CloseStatus(1007, "invalid UTF-8");

    /// A message over the protocol's limit.
    public static final CloseStatus FRAME_TOO_LARGE = new CloseStatus(4413, "frame too large");

    private CloseCodes() {}
}
