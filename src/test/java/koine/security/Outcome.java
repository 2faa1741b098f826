package koine.security;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What somebody was answered.
///
/// @param body as it came, or as much as is read of one that does not end
record Outcome(int status, String body) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// As cells of the table say it: `own`, `yes` and `open` for what succeeds, and otherwise the status and the code.
    boolean is(String expected) {
        return switch (expected) {
            case "own", "yes" -> status / 100 == 2;
            case "open" -> status == 101;
            default -> expected.equals(text());
        };
    }

    /// The status, and the code if it is a refusal that has one.
    String text() {
        return (status + " " + code()).strip();
    }

    private String code() {
        try {
            return status < 400 || body.isEmpty()
                    ? ""
                    : JSON.readTree(body).path("details").path("code").asString("");
        } catch (JacksonException _) {
            return "";
        }
    }
}
