package koine.operations;

/// The service can't start with what it was told. The message is one sentence for the person who starts it, and
/// names the setting.
class WrongSetting extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WrongSetting(String message) {
        super(message);
    }
}
