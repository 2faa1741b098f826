package koine.auth;

/// The service can't start with a setting as it is. The message is one sentence for the person who starts it: what
/// is wrong, and what helps. It does not name the value of a secret.
class UnusableSetting extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableSetting(String message) {
        super(message);
    }
}
