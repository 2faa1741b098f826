package koine.protocol.matcha.socketio;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import koine.protocol.matcha.socketio.NotSent.Why;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// What waits to be sent to one client: a queue with bounds, filled by any thread, and emptied in its order by
/// whatever transport the client has at the time: a poll takes all that is there, a WebSocket one packet after
/// the other at its own pace.
final class Outgoing {

    private final SocketIoSettings.Limits limits;
    private final AtomicInteger draining = new AtomicInteger();

    // guarded by this
    private final Deque<Waiting> queue = new ArrayDeque<>(4);
    private long bytes;
    private @Nullable MonoSink<Batch> poll;
    private @Nullable Batch inFlight;
    private @Nullable FluxSink<OutgoingPacket> socket;
    private boolean pongWaits;
    private boolean finishing;
    private boolean ended;

    Outgoing(SocketIoSettings.Limits limits) {
        this.limits = limits;
    }

    private record Waiting(OutgoingPacket packet, @Nullable MonoSink<Void> sent) {

        void isSent() {
            if (sent != null) {
                sent.success();
            }
        }

        void isLost() {
            if (sent != null) {
                sent.error(new NotSent(Why.ENDED));
            }
        }
    }

    /// What one poll is answered with.
    static final class Batch {

        private final List<OutgoingPacket> packets = new ArrayList<>(1);
        private final List<Waiting> waiting = new ArrayList<>(1);

        private static Batch of(OutgoingPacket packet) {
            var batch = new Batch();
            batch.packets.add(packet);
            return batch;
        }

        List<OutgoingPacket> packets() {
            return packets;
        }

        /// To be called when the answer has been written.
        void isSent() {
            waiting.forEach(Waiting::isSent);
        }

        private void add(Waiting next) {
            packets.add(next.packet());
            waiting.add(next);
        }
    }

    /// Queues the packet if there is room, and completes when the transport has taken it.
    ///
    /// Errors: [NotSent].
    Mono<Void> offer(OutgoingPacket packet) {
        return Mono.create(sent -> {
            if (hasRoom(packet)) {
                add(new Waiting(packet, sent));
            } else {
                sent.error(new NotSent(Why.FULL));
            }
        });
    }

    /// Queues the packet without regard to the bounds, and completes when the transport has taken it: who waits
    /// for that before asking for more is bounded by the client's pace.
    ///
    /// Errors: [NotSent], if the session ends before.
    Mono<Void> write(OutgoingPacket packet) {
        return Mono.create(sent -> add(new Waiting(packet, sent)));
    }

    /// Queues the packet without regard to the bounds; for the few that the protocol itself needs.
    void put(OutgoingPacket packet) {
        add(new Waiting(packet, null));
    }

    /// Queues an answer to a ping unless one waits already.
    void pong() {
        synchronized (this) {
            if (pongWaits) {
                return;
            }
            pongWaits = true;
        }
        put(OutgoingPacket.PONG);
    }

    /// Gives what waits, as soon as something does. To be called while no other poll waits.
    Mono<Batch> poll() {
        return Mono.create(sink -> {
            synchronized (this) {
                if (!ended) {
                    poll = sink;
                }
            }
            flush();
            if (isEnded()) {
                sink.success(Batch.of(OutgoingPacket.CLOSE));
            }
        });
    }

    synchronized boolean isPolled() {
        return poll != null;
    }

    /// Answers a poll that waits, if there is one, with the packet alone, out of turn.
    void release(OutgoingPacket packet) {
        MonoSink<Batch> released;
        synchronized (this) {
            released = poll;
            poll = null;
        }
        if (released != null) {
            released.success(Batch.of(packet));
        }
    }

    /// Goes on over a WebSocket: gives it what waits, and ends with it.
    void moveTo(FluxSink<OutgoingPacket> sink) {
        synchronized (this) {
            socket = sink;
        }
        sink.onRequest(_ -> flush());
        flush();
        if (isEnded()) {
            sink.complete();
        }
    }

    /// Takes nothing more, and ends when what is there has been taken. A poll is told by a packet, a WebSocket
    /// by its completion.
    void finish() {
        synchronized (this) {
            finishing = true;
        }
        flush();
    }

    synchronized boolean isEnded() {
        return ended;
    }

    synchronized long queuedBytes() {
        return bytes;
    }

    /// Ends at once. Who waits is told that what waited is lost, and a poll gets the packet.
    void end(OutgoingPacket lastWord) {
        var lost = new ArrayList<Waiting>();
        FluxSink<OutgoingPacket> ending;
        synchronized (this) {
            ended = true;
            ending = socket;
            lost.addAll(queue);
            lost.addAll(inFlight == null ? List.of() : inFlight.waiting);
            queue.clear();
            bytes = 0;
        }
        release(lastWord);
        if (ending != null) {
            ending.complete();
        }
        lost.forEach(Waiting::isLost);
    }

    private synchronized boolean hasRoom(OutgoingPacket packet) {
        return queue.size() < limits.queuedPackets()
                && bytes + packet.size() <= limits.queuedBytes().toBytes();
    }

    private void add(Waiting waiting) {
        boolean taken;
        synchronized (this) {
            taken = !ended && !finishing;
            if (taken) {
                queue.add(waiting);
                bytes += waiting.packet().size();
            }
        }
        if (taken) {
            flush();
        } else {
            waiting.isLost();
        }
    }

    private void flush() {
        if (draining.getAndIncrement() != 0) {
            return;
        }
        var missed = 1;
        do {
            for (var step = next(); step != null; step = next()) {
                step.run();
            }
            missed = draining.addAndGet(-missed);
        } while (missed != 0);
    }

    /// What is to be done next, outside the lock.
    private synchronized @Nullable Runnable next() {
        if (ended) {
            return null;
        }
        if (poll != null) {
            return nextBatch(poll);
        }
        return socket == null ? null : nextFrame(socket);
    }

    private @Nullable Runnable nextBatch(MonoSink<Batch> to) {
        if (queue.isEmpty() && !finishing) {
            return null;
        }
        var batch = new Batch();
        var room = limits.maxPayload().toBytes();
        while (!queue.isEmpty()
                && (batch.packets.isEmpty() || queue.element().packet().size() < room)) {
            batch.add(take());
            room -= batch.packets.getLast().size() + 1;
        }
        if (batch.packets.isEmpty()) { // alone: clients would close before they have read what stands before it
            ended = true;
            batch.packets.add(OutgoingPacket.CLOSE);
        }
        poll = null;
        inFlight = batch;
        return () -> to.success(batch);
    }

    private @Nullable Runnable nextFrame(FluxSink<OutgoingPacket> to) {
        if (queue.isEmpty()) {
            ended = finishing;
            return ended ? to::complete : null;
        }
        if (to.requestedFromDownstream() == 0) {
            return null;
        }
        var next = take();
        return () -> {
            to.next(next.packet());
            next.isSent();
        };
    }

    private Waiting take() {
        var next = queue.remove();
        bytes -= next.packet().size();
        pongWaits = pongWaits && next.packet() != OutgoingPacket.PONG;
        return next;
    }
}
