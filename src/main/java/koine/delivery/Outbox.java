package koine.delivery;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;

/// What waits to be written to one connection: a queue with bounds, filled by any thread, drained by the
/// connection's one subscriber at its own pace, in the order of filling. Nothing is written before [#flush].
///
/// Completes after [#complete] once the queue is drained. A subscriber that cancels ends it.
final class Outbox extends Flux<Frame> implements Subscription {

    private final int maxFrames;
    private final long maxBytes;
    private final Runnable onRoom;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final Map<Object, Frame> states = new ConcurrentHashMap<>(0);
    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger draining = new AtomicInteger();
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private volatile @Nullable CoreSubscriber<? super Frame> subscriber;
    private final AtomicBoolean beatWaits = new AtomicBoolean();
    private volatile long takenCount;
    private volatile boolean completing;
    private volatile boolean ended;

    /// @param onRoom runs, on the thread that drains, whenever the queue is less than half full again
    Outbox(int maxFrames, long maxBytes, Runnable onRoom) {
        this.maxFrames = maxFrames;
        this.maxBytes = maxBytes;
        this.onRoom = onRoom;
    }

    /// @param key of a state: then the frame to be written is the newest with that key
    private record Waiting(
            Frame frame,
            @Nullable MonoSink<Void> taken,
            @Nullable Object key) {}

    /// Queues the frame; false, and nothing is queued, if there is no room.
    boolean offer(Frame frame) {
        if (frames.get() >= maxFrames || bytes.get() + frame.size() > maxBytes) {
            return false;
        }
        put(frame);
        return true;
    }

    /// Queues the frame without regard to the bounds; for those who have a bound of their own.
    void put(Frame frame) {
        add(new Waiting(frame, null, null));
    }

    /// Queues the frame without regard to the bounds and completes when the subscriber has taken it: who waits
    /// for that before asking for more is bounded by the subscriber's pace.
    Mono<Void> write(Frame frame) {
        return Mono.create(taken -> {
            if (ended) {
                taken.success();
                return;
            }
            add(new Waiting(frame, taken, null));
            flush();
        });
    }

    /// Queues a frame that tells a state: while an older one with the same key waits, this one takes its place.
    boolean offerState(Object key, Frame frame) {
        if (states.replace(key, frame) != null) {
            return true;
        }
        if (!hasRoom()) {
            return false;
        }
        if (states.put(key, frame) == null) {
            add(new Waiting(frame, null, key));
        }
        return true;
    }

    /// Queues a frame that nobody will miss; false, and it is dropped, once the queue is half full.
    boolean offerEphemeral(Frame frame) {
        if (!hasRoom()) {
            return false;
        }
        put(frame);
        return true;
    }

    /// Queues a beat unless one is waiting already.
    void beat() {
        if (beatWaits.compareAndSet(false, true)) {
            put(Frame.BEAT);
        }
    }

    /// How many frames the subscriber has taken so far.
    long takenCount() {
        return takenCount;
    }

    /// How many bytes wait.
    long queuedBytes() {
        return bytes.get();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    boolean hasRoom() {
        return frames.get() <= maxFrames / 2 && bytes.get() <= maxBytes / 2;
    }

    /// Ends the stream when everything queued until now has been taken.
    void complete() {
        completing = true;
        flush();
    }

    /// Gives the subscriber what it has asked for.
    void flush() {
        if (draining.getAndIncrement() != 0) {
            return;
        }
        var missed = 1;
        do {
            drain();
            missed = draining.addAndGet(-missed);
        } while (missed != 0);
        if (!ended && hasRoom()) {
            onRoom.run();
        }
    }

    @Override
    public void subscribe(CoreSubscriber<? super Frame> actual) {
        if (subscribed.compareAndSet(false, true)) {
            subscriber = actual;
            actual.onSubscribe(this);
            flush();
        } else {
            Operators.error(actual, new IllegalStateException("an outbox has one subscriber"));
        }
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested.accumulateAndGet(n, Operators::addCap);
        }
        flush();
    }

    @Override
    public void cancel() {
        ended = true;
        flush();
    }

    private void add(Waiting waiting) {
        frames.incrementAndGet();
        bytes.addAndGet(waiting.frame().size());
        queue.add(waiting);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread drains at a time
    private void drain() {
        var target = subscriber;
        while (!ended && target != null && requested.get() > 0) {
            var next = take();
            if (next == null) {
                break;
            }
            requested.decrementAndGet();
            target.onNext(frame(next));
            takenCount++;
            taken(next);
        }
        if (!ended && completing && target != null && queue.isEmpty()) {
            ended = true;
            target.onComplete();
        }
        if (ended) {
            discard();
        }
    }

    private @Nullable Waiting take() {
        var next = queue.poll();
        if (next != null) {
            frames.decrementAndGet();
            bytes.addAndGet(-next.frame().size());
            if (next.frame() == Frame.BEAT) {
                beatWaits.set(false);
            }
        }
        return next;
    }

    private Frame frame(Waiting waiting) {
        var newest = waiting.key() == null ? null : states.remove(waiting.key());
        return newest == null ? waiting.frame() : newest;
    }

    private static void taken(Waiting waiting) {
        if (waiting.taken() != null) {
            waiting.taken().success();
        }
    }

    private void discard() {
        for (var next = take(); next != null; next = take()) {
            taken(next);
        }
    }
}
