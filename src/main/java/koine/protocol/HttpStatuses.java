package koine.protocol;

import koine.kernel.ErrorCode;
import org.springframework.http.HttpStatus;

/// Which HTTP status goes with which code, in protocols that do not say otherwise.
public final class HttpStatuses {

    private HttpStatuses() {}

    public static HttpStatus of(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST, USER_EXISTS, WRONG_CREDENTIALS, USER_NOT_EXISTS, CHAT_WITH_YOURSELF ->
                HttpStatus.BAD_REQUEST;
            case NOT_AUTHENTICATED -> HttpStatus.UNAUTHORIZED;
            case CHAT_EXISTS, NOT_THE_OWNER, FORBIDDEN, BLOCKED -> HttpStatus.FORBIDDEN;
            case CHAT_DOES_NOT_EXIST, MESSAGE_DOES_NOT_EXIST, MEDIA_DOES_NOT_EXIST, USER_DOES_NOT_EXIST, NOT_FOUND ->
                HttpStatus.NOT_FOUND;
            case METHOD_NOT_ALLOWED -> HttpStatus.METHOD_NOT_ALLOWED;
            case NOT_ACCEPTABLE -> HttpStatus.NOT_ACCEPTABLE;
            case CONFLICT -> HttpStatus.CONFLICT;
            case TOO_LARGE -> HttpStatus.CONTENT_TOO_LARGE;
            case UNSUPPORTED_MEDIA_TYPE -> HttpStatus.UNSUPPORTED_MEDIA_TYPE;
            case TOO_MANY_REQUESTS -> HttpStatus.TOO_MANY_REQUESTS;
            case INTERNAL_ERROR -> HttpStatus.INTERNAL_SERVER_ERROR;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
        };
    }
}
