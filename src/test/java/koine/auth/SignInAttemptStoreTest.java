package koine.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import koine.limit.LimitProperties;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;

/// How long those wait who have failed, to the second.
@KoineTest
class SignInAttemptStoreTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final byte[] WHO = "who".getBytes(StandardCharsets.UTF_8);
    private static final LimitProperties.SignIn DELAYS =
            new LimitProperties.SignIn(2, Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofHours(1));

    @Autowired
    private SignInAttemptStore attempts;

    private Instant now = START;

    @BeforeEach
    void forget(@Autowired DatabaseClient database) {
        database.sql("delete from sign_in_attempt").then().block();
    }

    @Test
    void begin_againAndAgain_waitsTwiceAsLongEachTimeButNotForEver() {
        assertThat(List.of(begin(), begin(), begin())).containsOnly(true);

        for (int seconds : List.of(1, 2, 4, 5, 5)) {
            now = now.plusSeconds(seconds).minusMillis(1);
            assertThat(begin()).as("just before %s s", seconds).isFalse();
            now = now.plusMillis(1);
            assertThat(begin()).as("after %s s", seconds).isTrue();
        }
    }

    @Test
    void begin_tooEarly_changesNothing() {
        begin();
        begin();
        begin();
        var until = attempts.notBefore(WHO).block();

        assertThat(begin()).isFalse();
        assertThat(begin()).isFalse();

        assertThat(attempts.notBefore(WHO).block()).isEqualTo(until).isEqualTo(START.plusSeconds(1));
    }

    @Test
    void begin_manyAtTheSameTime_countsEach() {
        var begun = Flux.range(0, 20)
                .flatMap(_ -> attempts.begin(WHO, START, DELAYS), 20)
                .filter(Boolean::booleanValue)
                .count()
                .block();

        assertThat(begun).isEqualTo(3);
    }

    @Test
    void begin_afterALongTime_beginsAnew() {
        begin();
        begin();
        begin();
        now = now.plus(DELAYS.forgetAfter()).plusSeconds(1);

        assertThat(List.of(begin(), begin(), begin(), begin())).containsExactly(true, true, true, false);
    }

    @Test
    void forget_whoSucceeded_beginsAnew() {
        begin();
        begin();
        begin();

        attempts.forget(WHO).block();

        assertThat(begin()).isTrue();
    }

    @Test
    void takeBack_whatWasNoGuess_doesNotCount() {
        for (int i = 0; i < 10; i++) {
            assertThat(begin()).isTrue();
            attempts.takeBack(WHO, now).block();
        }
    }

    @Test
    void forgetBefore_aTime_leavesWhatIsNewer() {
        begin();

        attempts.forgetBefore(START).block();
        assertThat(attempts.notBefore(WHO).blockOptional()).isPresent();
        attempts.forgetBefore(START.plusSeconds(1)).block();
        assertThat(attempts.notBefore(WHO).blockOptional()).isEmpty();
    }

    private boolean begin() {
        return Objects.requireNonNull(attempts.begin(WHO, now, DELAYS).block());
    }
}
