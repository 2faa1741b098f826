package koine.account;

import java.util.regex.Pattern;
import koine.kernel.AccountId;
import koine.kernel.Refused;
import koine.kernel.Text;
import org.jspecify.annotations.Nullable;

/// The rules for usernames and e-mail addresses.
final class Names {

    static final int MAX_USERNAME = 64;
    static final int MAX_EMAIL = 255;

    /// One `@` between a local part and a domain of dot-separated labels, without white space: what every
    /// deliverable address has. Whether it is deliverable only a message to it can tell.
    private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@.]+(\\.[^\\s@.]+)+");

    /// The names of erased accounts, which nobody else must be taken for.
    private static final Pattern TOMBSTONE = Pattern.compile("deleted-[0-9]+");

    private Names() {}

    static String tombstone(AccountId erased) {
        return "deleted-" + erased.value();
    }

    static String username(@Nullable String text) {
        var username = Text.required("username", text, 1, MAX_USERNAME);
        // the key is looked at as well: normalizing can bring forth what the name as given does not show
        if (hasForbidden(username) || hasForbidden(key(username))) {
            throw Refused.invalid("username", "must not have white space, control characters or @");
        }
        if (TOMBSTONE.matcher(key(username)).matches()) {
            throw Refused.invalid("username", "is kept for deleted accounts");
        }
        return username;
    }

    static @Nullable String email(@Nullable String text) {
        if (text == null) {
            return null;
        }
        var email = Text.required("email", text, 1, MAX_EMAIL);
        if (!EMAIL.matcher(email).matches()) {
            throw Refused.invalid("email", "must be an e-mail address");
        }
        return email;
    }

    /// What makes two names the same.
    static String key(String name) {
        return Text.key(name);
    }

    private static boolean hasForbidden(String name) {
        return name.isEmpty() || name.codePoints().anyMatch(Names::isForbidden);
    }

    private static boolean isForbidden(int c) {
        return c == '@' || Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
    }
}
