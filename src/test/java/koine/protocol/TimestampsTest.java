package koine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
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
        "9999-12-31T23:59:59.999999Z,       9999-12-31T23:59:59.999999+00:00"
    })
    void format_hasSixDigitsAndTheOffset(Instant time, String text) {
        assertThat(Timestamps.format(time)).isEqualTo(text);
    }
}
