package koine.testing;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Reads along whatever is logged while the suite runs, and fails the test during which a token, the hash of a
/// password or one of the texts that a test has named came into it.
///
/// Found as an appender in `logback-test.xml`, and as JUnit's extension by the service loader. What services in
/// processes of their own have logged is read when they are closed.
public class SecretWatch extends AppenderBase<ILoggingEvent> implements AfterEachCallback, AfterAllCallback {

    private static final Pattern SECRETS = Pattern.compile(
            "eyJ[\\w-]{10,}\\.(?<claims>eyJ[\\w-]{10,})\\.[\\w-]{20,}" // a JWT
                    + "|\\b[1-9][0-9]*\\.[\\w-]{24}\\.[\\w-]{32}(?![\\w-])" // a refresh token
                    + "|\\$argon2id\\$"
                    + "|koine_session=[^;\\s]");

    /// Without a mail server the links that would be sent are logged: that is what they are for then.
    private static final Pattern MAILED = Pattern.compile("koine/(email-confirm|password-reset)");

    private static final Set<String> NAMED = ConcurrentHashMap.newKeySet();
    private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();
    private static final AtomicLong READ = new AtomicLong();

    /// This text, too, must not be logged from now on.
    public static void name(String text) {
        NAMED.add(text);
    }

    /// How much has been read so far, in lines of the log.
    public static long read() {
        return READ.get();
    }

    /// What of a log it should not have; empty if all is well.
    public static List<String> secretsIn(String log) {
        var secrets = new ArrayList<>(SECRETS.matcher(log)
                .results()
                .filter(found -> !isMailed(found))
                .map(MatchResult::group)
                .toList());
        NAMED.stream().filter(log::contains).forEach(secrets::add);
        return secrets;
    }

    private static boolean isMailed(MatchResult found) {
        var claims = found.group("claims");
        return claims != null
                && MAILED.matcher(new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8))
                        .find();
    }

    @Override
    protected void append(ILoggingEvent event) {
        READ.incrementAndGet();
        var line = event.getLoggerName() + ": " + event.getFormattedMessage() + " " + event.getMDCPropertyMap()
                + ThrowableProxyUtil.asString(event.getThrowableProxy());
        if (!secretsIn(line).isEmpty()) {
            FOUND.add(line);
        }
    }

    @Override
    public void afterEach(ExtensionContext test) {
        failIfAny();
    }

    @Override
    public void afterAll(ExtensionContext test) {
        failIfAny();
    }

    private static void failIfAny() {
        var found = new ArrayList<String>();
        for (var line = FOUND.poll(); line != null; line = FOUND.poll()) {
            found.add(line);
        }
        if (!found.isEmpty()) {
            throw new AssertionError("secrets were logged:\n" + String.join("\n", found));
        }
    }
}
