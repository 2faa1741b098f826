package koine.message;

import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import koine.kernel.MessageId;
import koine.log.Message;
import koine.message.Outcome.Stored;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// Takes batches and holds each of them until the test says what becomes of it.
final class FakeBatchWriter implements BatchWriter {

    private final Queue<List<Draft>> batches = new ConcurrentLinkedQueue<>();
    private final Queue<Held> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final AtomicLong position = new AtomicLong();
    private final Consumer<Held> onBatch;

    FakeBatchWriter() {
        this(_ -> {});
    }

    /// @param onBatch is given each batch when it arrives, and may end it, on any thread
    FakeBatchWriter(Consumer<Held> onBatch) {
        this.onBatch = onBatch;
    }

    /// A batch that was taken and has not come to its end.
    final class Held {

        private final List<Draft> batch;
        private final MonoSink<List<Outcome>> end;

        private Held(List<Draft> batch, MonoSink<List<Outcome>> end) {
            this.batch = batch;
            this.end = end;
        }

        List<Draft> drafts() {
            return batch;
        }

        void store() {
            end(batch.stream().<Outcome>map(FakeBatchWriter.this::stored).toList());
        }

        void end(List<Outcome> outcomes) {
            inFlight.decrementAndGet();
            end.success(outcomes);
        }

        void fail(Throwable problem) {
            inFlight.decrementAndGet();
            end.error(problem);
        }
    }

    @Override
    public Mono<List<Outcome>> write(List<Draft> batch) {
        return Mono.create(end -> {
            mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            batches.add(batch);
            var arrived = new Held(batch, end);
            held.add(arrived);
            onBatch.accept(arrived);
        });
    }

    /// The oldest batch that was not asked for yet.
    Held next() {
        var next = held.poll();
        if (next == null) {
            throw new AssertionError("no batch is in flight");
        }
        return next;
    }

    /// The contents of every batch so far.
    List<List<String>> batches() {
        return batches.stream().map(FakeBatchWriter::contents).toList();
    }

    int mostInFlight() {
        return mostInFlight.get();
    }

    private static List<String> contents(List<Draft> batch) {
        return batch.stream().map(Draft::contents).toList();
    }

    private Stored stored(Draft draft) {
        var id = position.incrementAndGet();
        return new Stored(new Message(
                new MessageId(id),
                draft.chat(),
                draft.author(),
                id,
                draft.contents(),
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                null));
    }
}
