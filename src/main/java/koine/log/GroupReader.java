package koine.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// Looks things up in groups: while one look is on its way those who ask are collected, and the next look is for all
/// of them. Alone, nobody waits. A look begins after the last of those it answers has asked, so what one has done
/// before one asks is seen.
///
/// Not for use within a transaction: a look is none of it.
///
/// Safe for use by several threads.
public final class GroupReader<K, V> {

    /// For what connections ask when they are opened: thousands may at once, after a restart say, and nobody
    /// notices that it takes this much longer.
    public static final Duration OF_CONNECTIONS = Duration.ofMillis(5);

    /// Past this many, who asks is refused.
    private static final int MAX_WAITING = 100_000;

    private static final int MAX_GROUP = 500;

    /// A look that takes longer is no good sign: then what waits for the next one is kept short, since each of those
    /// who wait keeps what it was called with.
    private static final Duration SLOW = Duration.ofSeconds(1);

    private static final int MAX_WAITING_WHEN_SLOW = 256;

    private final Function<Set<K>, Mono<Map<K, V>>> look;
    private final GroupWriter<Question<K, V>> questions;
    private final Duration slow;

    /// When the look that is on its way began, by [System#nanoTime]; null if none is.
    private volatile @Nullable Long begun;

    /// For looks that begin as soon as the one before them has ended.
    ///
    /// @param look gives what there is of what is asked for
    public GroupReader(Function<Set<K>, Mono<Map<K, V>>> look) {
        this(Duration.ZERO, look);
    }

    /// @param apart how long after one look has begun the next one begins at the earliest
    /// @param look  gives what there is of what is asked for
    public GroupReader(Duration apart, Function<Set<K>, Mono<Map<K, V>>> look) {
        this(apart, GroupWriter.LIMIT, SLOW, look);
    }

    GroupReader(Duration apart, Duration limit, Duration slow, Function<Set<K>, Mono<Map<K, V>>> look) {
        this.look = look;
        this.slow = slow;
        this.questions = new GroupWriter<>(MAX_WAITING, MAX_GROUP, apart, limit, this::answer);
    }

    private record Question<K, V>(Set<K> keys, MonoSink<Map<K, V>> asker) {

        void answer(Map<K, V> found) {
            asker.success(keys.stream().filter(found::containsKey).collect(Collectors.toMap(key -> key, found::get)));
        }
    }

    /// What there is under the key; empty if nothing is.
    ///
    /// Errors: as the look can fail, the same for all whom it was for; `UNAVAILABLE` if it takes too long or
    /// too many wait.
    public Mono<V> read(K key) {
        return readAll(Set.of(key)).mapNotNull(found -> found.get(key));
    }

    /// What there is under each of the keys.
    ///
    /// Errors: as [#read].
    public Mono<Map<K, V>> readAll(Collection<K> keys) {
        if (keys.isEmpty()) {
            return Mono.just(Map.of());
        }
        return Mono.create(asker -> {
            if (isTooMuch() || !questions.offer(new Question<>(Set.copyOf(keys), asker))) {
                asker.error(tooLong());
            }
        });
    }

    private boolean isTooMuch() {
        var since = begun;
        return since != null
                && System.nanoTime() - since > slow.toNanos()
                && questions.waiting() >= MAX_WAITING_WHEN_SLOW;
    }

    private Mono<Void> answer(List<Question<K, V>> group) {
        return Mono.defer(() -> {
                    begun = System.nanoTime();
                    return look.apply(keys(group));
                })
                .defaultIfEmpty(Map.of())
                .doOnNext(found -> group.forEach(question -> question.answer(found)))
                .doOnError(problem -> refuse(group, problem))
                .doOnCancel(() -> {
                    begun = null;
                    refuse(group, tooLong());
                })
                .onErrorComplete()
                .doOnTerminate(() -> begun = null)
                .then();
    }

    private static <K, V> Set<K> keys(List<Question<K, V>> group) {
        return group.stream().flatMap(question -> question.keys().stream()).collect(Collectors.toSet());
    }

    private static <K, V> void refuse(List<Question<K, V>> group, Throwable problem) {
        group.forEach(question -> question.asker().error(problem));
    }

    private static Refused tooLong() {
        return new Refused(ErrorCode.UNAVAILABLE, "the database does not answer in time");
    }
}
