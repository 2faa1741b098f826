package koine.bench.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// Does the same for many.
final class Crowd {

    private Crowd() {}

    /// @param atOnce how many are on their way at the same time
    /// @return what came of each, in the same order, when all have come
    static <A, B> List<B> all(List<A> those, int atOnce, Function<A, CompletableFuture<B>> work) {
        var free = new Semaphore(atOnce);
        var coming = new ArrayList<CompletableFuture<B>>(those.size());
        for (A one : those) {
            free.acquireUninterruptibly();
            coming.add(work.apply(one).whenComplete((_, _) -> free.release()));
        }
        return coming.stream().map(CompletableFuture::join).toList();
    }
}
