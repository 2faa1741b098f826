package koine.kernel;

/// Why something was refused. The names are public: clients compare them, so add to them and never rename one.
/// What each means to a client, and what it should do, is listed in `docs/codes.md`.
public enum ErrorCode {
    INVALID_REQUEST,
    USER_EXISTS,
    WRONG_CREDENTIALS,
    USER_NOT_EXISTS,
    CHAT_WITH_YOURSELF,
    NOT_AUTHENTICATED,
    CHAT_EXISTS,
    NOT_THE_OWNER,
    FORBIDDEN,
    BLOCKED,
    CHAT_DOES_NOT_EXIST,
    MESSAGE_DOES_NOT_EXIST,
    MEDIA_DOES_NOT_EXIST,
    USER_DOES_NOT_EXIST,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    CONFLICT,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    TOO_MANY_REQUESTS,
    INTERNAL_ERROR,
    UNAVAILABLE
}
