package koine.account;

import java.util.Map;
import java.util.regex.Pattern;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.jspecify.annotations.Nullable;

/// The rule for telephone numbers.
final class Phones {

    private static final Pattern FORM = Pattern.compile("[0-9]{10}");

    private Phones() {}

    static String required(@Nullable String text) {
        if (text == null) {
            throw Refused.invalid("phone", "is required");
        }
        if (!FORM.matcher(text).matches()) {
            throw Refused.invalid("phone", "must have exactly 10 digits");
        }
        return text;
    }

    static @Nullable String optional(@Nullable String text) {
        return text == null ? null : required(text);
    }

    /// The refusal of a number that another account has.
    static Refused taken() {
        return new Refused(ErrorCode.CONFLICT, "there is an account with this number", Map.of("phone", "is taken"));
    }
}
