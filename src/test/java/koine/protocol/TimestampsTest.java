package koine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampsTest {

    @ParameterizedTest
    @CsvSource({
        "2023-08-09T01:17:46.419120Z,       2023-08-09T01:17:46.419120+00:00",
        "2023-08-09T01:17:46.000000999Z,    2023-08-09T01:17:46.000000+00:00",
        "1969-12-31T23:59:59.999999999Z,    1969-12-31T23:59:59.999999+00:00",
        "2024-02-29T00:00:00Z,              2024-02-29T00:00:00.000000+00:00",
        "0007-01-02T03:04:05Z,              0007-01-02T03:04:05.000000+00:00",
        "9999-12-31T23:59:59.999999Z,       9999-12-31T23:59:59.999999+00:00",
        "0000-01-01T00:00:00Z,              0000-01-01T00:00:00.000000+00:00",
        "+10000-01-01T00:00:00Z,            +10000-01-01T00:00:00.000000+00:00",
        "-0001-12-31T23:59:59Z,             -0001-12-31T23:59:59.000000+00:00"
    })
    void format_hasSixDigitsAndTheOffset(Instant time, String text) {
        assertThat(Timestamps.format(time)).isEqualTo(text);
    }

    @Test
    void format_isReadAsTheSameTime() {
        var step = Duration.parse("PT8777H17M41.123457S"); // about a year, on and on through days and hours
        for (var time = Instant.parse("0000-01-01T00:00:00Z");
                time.isBefore(Instant.parse("+10001-01-01T00:00:00Z"));
                time = time.plus(step)) {
            assertThat(OffsetDateTime.parse(Timestamps.format(time)).toInstant())
                    .isEqualTo(time);
        }
    }
}
