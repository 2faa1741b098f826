package koine.auth;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;
import koine.kernel.SessionId;

/// What renews a session, in three parts. All tokens of one session have the first two in common, and only
/// the newest is good. So whoever shows the right family with another secret shows a token that was good
/// once: spent ones are known for what they are as long as the session lives, and nothing has to be kept of
/// them.
///
/// @param family can't be guessed, so that nobody ends a session without having had a token of it
/// @param secret is another one in each token
record RefreshToken(SessionId session, String family, String secret) {

    private static final int FAMILY_BYTES = 18;
    private static final int SECRET_BYTES = 24;

    private static final Pattern FORM =
            Pattern.compile("([1-9][0-9]{0,17})\\.([A-Za-z0-9_-]{24})\\.([A-Za-z0-9_-]{32})");

    static String freshFamily(SecureRandom random) {
        return Secrets.fresh(random, FAMILY_BYTES);
    }

    static String freshSecret(SecureRandom random) {
        return Secrets.fresh(random, SECRET_BYTES);
    }

    /// Empty for what can be no token of ours.
    static Optional<RefreshToken> parse(String text) {
        var match = FORM.matcher(text);
        return match.matches()
                ? Optional.of(
                        new RefreshToken(new SessionId(Long.parseLong(match.group(1))), match.group(2), match.group(3)))
                : Optional.empty();
    }

    RefreshToken next(SecureRandom random) {
        return new RefreshToken(session, family, freshSecret(random));
    }

    String text() {
        return session.value() + "." + family + "." + secret;
    }

    /// Without the secrets, so that they can't get into a log.
    @Override
    public String toString() {
        return "RefreshToken[session=" + session + "]";
    }
}
