package koine.protocol.matcha.socketio;

import org.springframework.http.HttpStatus;

/// Why a request is refused, as Engine.IO's public implementation numbers it.
enum EngineError {
    TRANSPORT_UNKNOWN(0, "Transport unknown", HttpStatus.BAD_REQUEST),
    SESSION_UNKNOWN(1, "Session ID unknown", HttpStatus.BAD_REQUEST),
    BAD_METHOD(2, "Bad handshake method", HttpStatus.BAD_REQUEST),
    BAD_REQUEST(3, "Bad request", HttpStatus.BAD_REQUEST),
    JSONP(3, "JSONP is not served", HttpStatus.BAD_REQUEST),
    TOO_LARGE(3, "Payload too large", HttpStatus.CONTENT_TOO_LARGE),
    FORBIDDEN(4, "Forbidden", HttpStatus.FORBIDDEN),
    TOO_MANY_SESSIONS(4, "Too many sessions", HttpStatus.SERVICE_UNAVAILABLE),
    VERSION_UNSUPPORTED(5, "Unsupported protocol version", HttpStatus.BAD_REQUEST);

    private final int code;
    private final String message;
    private final HttpStatus status;

    EngineError(int code, String message, HttpStatus status) {
        this.code = code;
        this.message = message;
        this.status = status;
    }

    int code() {
        return code;
    }

    String message() {
        return message;
    }

    HttpStatus status() {
        return status;
    }

    RequestRefused refusal() {
        return new RequestRefused(this, message);
    }
}
