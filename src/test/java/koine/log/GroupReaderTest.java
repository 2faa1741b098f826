package koine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class GroupReaderTest {

    private final List<Set<Integer>> looks = new CopyOnWriteArrayList<>();
    private final List<Sinks.One<Map<Integer, String>>> answers = new CopyOnWriteArrayList<>();
    private final GroupReader<Integer, String> reader = new GroupReader<>(this::held);

    @Test
    void read_alone_isLookedUpAtOnce() {
        var one = asked(1);

        assertThat(looks).containsExactly(Set.of(1));
        answers.get(0).tryEmitValue(Map.of(1, "one"));
        assertThat(one).isCompletedWithValue("one");
    }

    @Test
    void read_nobodyAsks_nothingIsLookedUp() {
        var unused = reader.read(1);

        assertThat(unused).isNotNull();
        assertThat(looks).isEmpty();
    }

    @Test
    void read_whileALookIsOnItsWay_isAnsweredByTheNextTogetherWithOthers() {
        ask(1);
        var again = asked(1);
        var two = asked(2);

        answers.get(0).tryEmitValue(Map.of(1, "before", 2, "before"));
        assertThat(again).isNotDone();
        assertThat(two).isNotDone();

        assertThat(looks).containsExactly(Set.of(1), Set.of(1, 2));
        answers.get(1).tryEmitValue(Map.of(1, "one", 2, "two"));
        assertThat(again).isCompletedWithValue("one");
        assertThat(two).isCompletedWithValue("two");
    }

    @Test
    void read_whatIsNotThere_isEmpty() {
        var one = asked(1);

        answers.get(0).tryEmitValue(Map.of());

        assertThat(one).isCompletedWithValue(null);
    }

    @Test
    void read_lookGivesNothingAtAll_isEmpty() {
        var one = asked(1);

        answers.get(0).tryEmitEmpty();

        assertThat(one).isCompletedWithValue(null);
    }

    @Test
    void readAll_ofSeveral_givesWhatThereIsOfThemAndNoOthers() {
        ask(7);
        var some = reader.readAll(List.of(1, 2, 3)).toFuture();
        ask(4);
        answers.get(0).tryEmitValue(Map.of());

        answers.get(1).tryEmitValue(Map.of(1, "one", 3, "three", 4, "four"));

        assertThat(some).isCompletedWithValue(Map.of(1, "one", 3, "three"));
    }

    @Test
    void readAll_ofNothing_looksNothingUp() {
        assertThat(reader.readAll(List.of()).block()).isEmpty();
        assertThat(looks).isEmpty();
    }

    @Test
    void read_lookFails_failsForAllItWasForAndTheNextGoesAllTheSame() {
        var one = asked(1);
        var two = asked(2);

        answers.get(0).tryEmitError(new IllegalStateException("on purpose"));
        assertThat(one).isCompletedExceptionally();

        answers.get(1).tryEmitValue(Map.of(2, "two"));
        assertThat(two).isCompletedWithValue("two");
    }

    @Test
    void read_oneHasGoneMeanwhile_othersAreAnswered() {
        ask(7);
        var gone = reader.read(1).subscribe();
        var two = asked(2);
        gone.dispose();
        answers.get(0).tryEmitValue(Map.of());

        answers.get(1).tryEmitValue(Map.of(1, "one", 2, "two"));

        assertThat(two).isCompletedWithValue("two");
    }

    @Test
    void read_lookNeverEnds_isRefusedAndTheNextGoes() {
        var impatient = new GroupReader<Integer, String>(
                Duration.ZERO,
                Duration.ofMillis(50),
                Duration.ofDays(1),
                keys -> keys.contains(1) ? Mono.never() : Mono.just(Map.of(2, "two")));

        assertThatThrownBy(() -> impatient.read(1).block(Duration.ofSeconds(10)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));

        assertThat(impatient.read(2).block(Duration.ofSeconds(10))).isEqualTo("two");
    }

    @Test
    void read_moreThanAFewWaitBehindASlowLook_areRefusedAtOnceAndTakenAgainAfter() {
        var watched = new GroupReader<Integer, String>(Duration.ZERO, Duration.ofDays(1), Duration.ZERO, this::held);
        watched.read(0).subscribe();
        var waiting = IntStream.rangeClosed(1, 256)
                .mapToObj(key -> watched.read(key).toFuture())
                .toList();

        assertThatThrownBy(() -> watched.read(257).block(Duration.ofSeconds(10)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));

        answers.get(0).tryEmitValue(Map.of());
        var more = IntStream.rangeClosed(257, 512)
                .mapToObj(key -> watched.read(key).toFuture())
                .toList();
        assertThatThrownBy(() -> watched.read(513).block(Duration.ofSeconds(10)))
                .as("behind the second slow look")
                .isInstanceOf(Refused.class);
        answers.get(1).tryEmitValue(Map.of(256, "last"));
        assertThat(waiting.getLast()).isCompletedWithValue("last");
        answers.get(2).tryEmitValue(Map.of(512, "after"));
        assertThat(more.getLast()).isCompletedWithValue("after");
    }

    private void ask(int key) {
        reader.read(key).subscribe();
    }

    private CompletableFuture<String> asked(int key) {
        return reader.read(key).toFuture();
    }

    /// Looks that end when the test says so.
    private Mono<Map<Integer, String>> held(Set<Integer> keys) {
        looks.add(keys);
        var answer = Sinks.<Map<Integer, String>>one();
        answers.add(answer);
        return answer.asMono();
    }
}
