package koine.bench.limit;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;

/// Stores messages: while one batch is being committed those that arrive are collected, and all of them go in the
/// next.
final class GroupCommit {

    private static final int MAX_BATCH = 512;

    private final BlockingQueue<Draft> waiting = new LinkedBlockingQueue<>();
    private final Store store;
    private final BiConsumer<List<Draft>, Stored> committed;

    /// @param committed told of each batch, on the writer's thread
    GroupCommit(Store store, BiConsumer<List<Draft>, Stored> committed) {
        this.store = store;
        this.committed = committed;
    }

    void start() {
        Thread.ofPlatform().name("writer").start(this::writeForEver);
    }

    void add(Draft draft) {
        waiting.add(draft);
    }

    private void writeForEver() {
        try {
            while (true) {
                var batch = new ArrayList<Draft>();
                batch.add(waiting.take());
                waiting.drainTo(batch, MAX_BATCH - 1);
                committed.accept(batch, store.store(batch));
            }
        } catch (InterruptedException | SQLException e) {
            e.printStackTrace();
            System.exit(1);
        }
    }
}
