package koine.protocol;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.Optional;
import org.springframework.web.reactive.socket.CloseStatus;

/// Why a socket was closed; the same for every WebSocket protocol.
public final class CloseCodes {

    /// A text message that is no UTF-8 (RFC 6455, 7.4.1).
    public static final CloseStatus INVALID_UTF_8 = new CloseStatus(1007, "invalid UTF-8");

    /// A message over the protocol's limit.
    public static final CloseStatus FRAME_TOO_LARGE = new CloseStatus(4413, "frame too large");

    /// As many large messages are on their way as the server has room for.
    public static final CloseStatus NO_ROOM = new CloseStatus(1013, "no room for a large frame");

    /// A large message took too long to come.
    public static final CloseStatus FRAME_TOO_SLOW = new CloseStatus(4408, "a large frame came too slowly");

    /// Nothing was taken for too long while something was waiting.
    public static final CloseStatus TOO_SLOW = new CloseStatus(4408, "too slow");

    /// Not even an answer to a ping came for too long.
    public static final CloseStatus SILENT = new CloseStatus(4408, "no sign of life");

    /// More frames came than a socket takes.
    public static final CloseStatus FLOODING = new CloseStatus(4429, "too many frames");

    /// The account opened too many, and this was the oldest.
    public static final CloseStatus DISPLACED = new CloseStatus(4409, "too many connections");

    /// The session was ended.
    public static final CloseStatus SIGNED_OUT = new CloseStatus(4401, "signed out");

    /// Nobody signed in on the socket in time.
    public static final CloseStatus NOT_SIGNED_IN = new CloseStatus(4401, "not signed in");

    private static final int GOING_DOWN = 1012;

    private CloseCodes() {}

    /// The code to close with when what a client sent could not be read as WebSocket messages; empty for
    /// other problems.
    public static Optional<CloseStatus> of(Throwable problem) {
        return switch (problem) {
            case BoundedDecoder.RefusedFrame refused -> Optional.of(refused.status());
            case TooLongFrameException _ -> Optional.of(FRAME_TOO_LARGE);
            case CorruptedWebSocketFrameException frame
            when frame.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG) -> Optional.of(FRAME_TOO_LARGE);
            case CorruptedWebSocketFrameException frame ->
                Optional.of(new CloseStatus(
                        frame.closeStatus().code(), frame.closeStatus().reasonText()));
            default -> Optional.empty();
        };
    }

    /// The server goes down (1012, "service restart"). The reason is the number of seconds after which the
    /// client shall come back.
    public static CloseStatus goingDown(int seconds) {
        return new CloseStatus(GOING_DOWN, Integer.toString(seconds));
    }
}
