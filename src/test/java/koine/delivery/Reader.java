package koine.delivery;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import koine.log.Event;
import koine.log.Event.OfMember;
import koine.log.Signal;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/// The far end of a connection: takes what it asks for and keeps it.
final class Reader extends BaseSubscriber<Frame> {

    private final List<Taken> taken = new ArrayList<>();
    private final long first;
    private boolean completed;

    private Reader(long first) {
        this.first = first;
    }

    /// What was read: an event, or that the connection is synced.
    record Taken(boolean isSynced, long position) {}

    /// Shows events by their positions.
    ///
    /// @param shown which of them; asked once for each time that an event is encoded
    record Positions(LongPredicate shown) implements EventFrames {

        static final EventFrames ALL = new Positions(_ -> true);

        @Override
        public Optional<Frame> frameFor(Event event) {
            return shown.test(event.position()) ? Optional.of(event(event.position())) : Optional.empty();
        }

        @Override
        public Optional<Frame> frameFor(Signal signal) {
            return Optional.empty();
        }

        @Override
        public Optional<Frame> frameForSubject(OfMember event) {
            return frameFor(event);
        }

        @Override
        public Optional<Frame> heartbeatAt(long position) {
            return Optional.empty();
        }
    }

    static Optional<Frame> synced(long position) {
        return Optional.of(frame(true, position));
    }

    static Frame event(long position) {
        return frame(false, position);
    }

    /// Reads all that comes.
    static Reader of(LiveConnection connection) {
        return of(connection, Long.MAX_VALUE);
    }

    /// Reads as many frames and then only what it is told to [#request].
    static Reader of(LiveConnection connection, long first) {
        var reader = new Reader(first);
        connection.outgoing().subscribe(reader);
        return reader;
    }

    synchronized List<Taken> taken() {
        return List.copyOf(taken);
    }

    List<Long> positions() {
        return taken().stream()
                .filter(frame -> !frame.isSynced())
                .map(Taken::position)
                .toList();
    }

    List<Long> syncedAt() {
        return taken().stream().filter(Taken::isSynced).map(Taken::position).toList();
    }

    synchronized boolean isCompleted() {
        return completed;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        if (first > 0) {
            subscription.request(first);
        }
    }

    @Override
    protected synchronized void hookOnNext(Frame frame) {
        if (frame == Frame.BEAT) {
            return;
        }
        var bytes = ByteBuffer.wrap(frame.bytes());
        taken.add(new Taken(bytes.get() == 1, bytes.getLong()));
    }

    @Override
    protected synchronized void hookOnComplete() {
        completed = true;
    }

    private static Frame frame(boolean synced, long position) {
        return new Frame(ByteBuffer.allocate(1 + Long.BYTES)
                .put(synced ? (byte) 1 : (byte) 0)
                .putLong(position)
                .array());
    }
}
