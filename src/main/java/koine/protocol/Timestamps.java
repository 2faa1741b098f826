package koine.protocol;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Times as the published HTTP API shows them: ISO 8601 with six digits of a second's fraction and the offset,
/// always `+00:00`, as in `2023-08-09T01:17:46.419120+00:00`.
public final class Timestamps {

    /// For years that have more digits or a sign.
    private static final DateTimeFormatter ANY_YEAR =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx").withZone(ZoneOffset.UTC);

    private static final byte[] ZERO = "0000-00-00T00:00:00.000000+00:00".getBytes(StandardCharsets.ISO_8859_1);

    private Timestamps() {}

    /// Digit by digit, because each message has two times and a formatter takes several times as long for one.
    public static String format(Instant time) {
        var utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
        if (utc.getYear() < 0 || utc.getYear() > 9999) {
            return ANY_YEAR.format(time);
        }
        var text = ZERO.clone();
        number(utc.getYear(), text, 0, 4);
        number(utc.getMonthValue(), text, 5, 2);
        number(utc.getDayOfMonth(), text, 8, 2);
        number(utc.getHour(), text, 11, 2);
        number(utc.getMinute(), text, 14, 2);
        number(utc.getSecond(), text, 17, 2);
        number(utc.getNano() / 1_000, text, 20, 6);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void number(int number, byte[] text, int at, int digits) {
        var rest = number;
        for (int i = at + digits - 1; i >= at; i--) {
            text[i] += (byte) (rest % 10);
            rest /= 10;
        }
    }
}
