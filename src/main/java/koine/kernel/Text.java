package koine.kernel;

import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The rules that hold for every text a stranger may have stored: its length is counted in code points, and it
/// has neither the NUL character, which Postgres can't keep, nor half of a surrogate pair, which UTF-8 can't
/// express.
public final class Text {

    private Text() {}

    /// The text itself if it keeps the rules.
    ///
    /// @throws Refused `INVALID_REQUEST`, naming the field
    public static String required(String field, @Nullable String text, int min, int max) {
        if (text == null) {
            throw Refused.invalid(field, "is required");
        }
        var length = text.codePointCount(0, text.length());
        if (length < min || length > max) {
            throw Refused.invalid(field, "must have %d to %d characters".formatted(min, max));
        }
        if (!isStorable(text)) {
            throw Refused.invalid(field, "must not have the NUL character or an unpaired surrogate");
        }
        return text;
    }

    /// What makes two names the same: neither case nor the way a character is composed tells them apart.
    public static String key(String name) {
        return withoutCase(Normalizer.normalize(name, Normalizer.Form.NFKC));
    }

    /// Lower case alone does not do: ß and SS, or the two small forms of Σ, are the same only in upper case.
    private static String withoutCase(String name) {
        return name.toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    /// Whether Postgres can keep the text, or be asked for it: under one that can't be stored nothing is found.
    public static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == 0) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                if (!isPairAt(text, i)) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static boolean isPairAt(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
    }
}
