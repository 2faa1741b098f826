package koine.limit;

import java.time.Duration;
import org.springframework.boot.convert.DurationStyle;

/// How often something may be done: so many times at once, and over a longer time so many times in each period.
///
/// @param most how many times at once, and in a period
/// @param per  how long it takes until all of them are there again
public record Rate(long most, Duration per) {

    public Rate {
        if (most < 1 || per.toNanos() < most) {
            throw new IllegalArgumentException("not a rate: " + most + " in " + per);
        }
    }

    /// From how it stands in settings: `30/1m` is thirty in a minute.
    ///
    /// @throws IllegalArgumentException for anything else
    public static Rate of(String text) {
        var slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a rate is written like 30/1m");
        }
        return new Rate(
                Long.parseLong(text.substring(0, slash).strip()),
                DurationStyle.detectAndParse(text.substring(slash + 1).strip()));
    }

    @Override
    public String toString() {
        return most + "/" + DurationStyle.SIMPLE.print(per);
    }
}
