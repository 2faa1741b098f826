package koine.protocol;

import java.util.Optional;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;

/// What one socket may send at once. A socket on which nobody has signed in is a stranger's: it sends small
/// messages only, as whoever knows no password could otherwise fill the server's memory. Those who have signed in
/// send large ones as long as the server has room for these.
///
/// Safe for use by several threads.
public final class Intake {

    /// A larger message than this is a large one.
    static final int SMALL = 64 * 1024;

    private final int most;
    private final Optional<LargeFrames> large;
    private volatile int limit;

    // guarded by this
    private int held;
    private boolean closed;

    private Intake(int limit, int most, Optional<LargeFrames> large) {
        this.limit = limit;
        this.most = most;
        this.large = large;
    }

    /// One limit, whoever it is.
    static Intake of(DataSize limit) {
        var bytes = Math.toIntExact(limit.toBytes());
        return new Intake(bytes, bytes, Optional.empty());
    }

    /// Small messages until it [widens][#widen].
    static Intake narrow(int most, LargeFrames large) {
        return new Intake(Math.min(SMALL, most), most, Optional.of(large));
    }

    /// From now on large messages may come.
    public void widen() {
        limit = most;
    }

    /// Whether a message may have so many bytes.
    boolean admits(long bytes) {
        return bytes <= limit;
    }

    /// Whether large messages have to share the room there is for them.
    boolean isCounted() {
        return large.isPresent();
    }

    /// A message turns out to be a large one: takes room for it, until it has been carried out or the socket has
    /// ended. False if there is none.
    synchronized boolean begin() {
        if (closed || !large.map(LargeFrames::take).orElse(true)) {
            return false;
        }
        held++;
        return true;
    }

    /// The work with a large message, on threads of its own; gives back its room at the end.
    Mono<Void> apart(int size, Mono<Void> work) {
        return large.filter(_ -> size > SMALL)
                .map(frames -> work.subscribeOn(frames.threads()).doFinally(_ -> done()))
                .orElse(work);
    }

    /// The socket has ended.
    synchronized void close() {
        closed = true;
        while (held > 0) {
            done();
        }
    }

    private synchronized void done() {
        if (held > 0) {
            held--;
            large.ifPresent(LargeFrames::giveBack);
        }
    }
}
