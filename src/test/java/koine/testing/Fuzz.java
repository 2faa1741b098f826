package koine.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;
import org.slf4j.LoggerFactory;

/// Throws generated inputs at something, the same ones again for the same seed: `-Dkoine.fuzz.seed=…`. For a longer
/// hunt, `-Dkoine.fuzz.times=20` makes them so many times as many.
public final class Fuzz {

    private static final String SEED = "koine.fuzz.seed";

    /// Of this run.
    public static final long RUN = Long.getLong(SEED, System.nanoTime());

    static {
        LoggerFactory.getLogger(Fuzz.class).info("-D{}={}", SEED, RUN);
    }

    private static final int TIMES = Integer.getInteger("koine.fuzz.times", 1);
    private static final int GENERATION_SIZE = 1_000;
    private static final int MOST_SHRINKS = 500;

    private Fuzz() {}

    /// What must hold for every input, or else it throws.
    @FunctionalInterface
    public interface Check<T> {
        void accept(T input) throws Exception;
    }

    /// Fails with the smallest input that was found for which the check does.
    public static <T> void forAll(Arbitrary<T> inputs, int count, Check<T> check) {
        JqwikSession.run(() -> {
            var random = new Random(RUN);
            var generator = inputs.generator(GENERATION_SIZE, true);
            for (int i = 0; i < count * TIMES; i++) {
                var input = generator.next(random);
                var problem = problem(input, check);
                if (problem.isPresent()) {
                    throw shrunk(input, problem.get(), check);
                }
            }
        });
    }

    /// So many of them, for checks that are not about one at a time.
    public static <T> List<T> some(Arbitrary<T> inputs, int count) {
        var all = new ArrayList<T>(count * TIMES);
        forAll(inputs, count, all::add);
        return all;
    }

    private static <T> Optional<Throwable> problem(Shrinkable<T> input, Check<T> check) {
        try {
            check.accept(input.value());
            return Optional.empty();
        } catch (Exception | StackOverflowError | AssertionError e) {
            return Optional.of(e);
        }
    }

    private static <T> AssertionError shrunk(Shrinkable<T> input, Throwable problem, Check<T> check) {
        var smallest = input;
        var why = problem;
        for (int tries = 0; tries < MOST_SHRINKS; tries++) {
            var smaller = smallest.shrink()
                    .limit(MOST_SHRINKS)
                    .filter(each -> problem(each, check).isPresent())
                    .findFirst();
            if (smaller.isEmpty()) {
                break;
            }
            smallest = smaller.get();
            why = problem(smallest, check).orElse(why);
        }
        return new AssertionError("with -D%s=%d: %s".formatted(SEED, RUN, shown(smallest.value())), why);
    }

    private static String shown(Object input) {
        return input instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(input);
    }
}
