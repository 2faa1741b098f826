package koine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import koine.testing.MutableClock;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class RememberedTest {

    private static final Duration TIME = Duration.ofSeconds(3);

    private final List<String> asked = new ArrayList<>();
    private final Deque<Mono<String>> answers = new ArrayDeque<>();
    private final MutableClock clock = new MutableClock(Instant.EPOCH);
    private final Remembered<String, String> remembered = new Remembered<>(2, TIME, clock, this::lookUp);

    @Test
    void get_again_asksOnceUntilTheTimeIsOver() {
        answers.add(Mono.just("one"));
        answers.add(Mono.just("two"));

        assertThat(remembered.get("a").block()).isEqualTo("one");
        clock.advance(TIME.minusMillis(1));
        assertThat(remembered.get("a").block()).isEqualTo("one");
        clock.advance(Duration.ofMillis(1));
        assertThat(remembered.get("a").block()).isEqualTo("two");

        assertThat(asked).containsExactly("a", "a");
    }

    @Test
    void get_notFoundOrFailed_isAskedAgain() {
        answers.add(Mono.empty());
        answers.add(Mono.error(new IllegalStateException("the database is away")));
        answers.add(Mono.just("found"));

        assertThat(remembered.get("a").blockOptional()).isEmpty();
        assertThat(remembered.get("a").onErrorComplete().blockOptional()).isEmpty();
        assertThat(remembered.get("a").block()).isEqualTo("found");
        assertThat(remembered.get("a").block()).isEqualTo("found");

        assertThat(asked).hasSize(3);
    }

    @Test
    void get_moreThanAreRemembered_forgetsTheOldest() {
        for (var key : List.of("a", "b", "c", "b", "c", "a")) {
            answers.add(Mono.just("of " + key));
            assertThat(remembered.get(key).block()).isNotNull();
        }

        assertThat(asked).containsExactly("a", "b", "c", "a");
    }

    private Mono<String> lookUp(String key) {
        asked.add(key);
        return answers.remove();
    }
}
