package koine.protocol;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/// The connections of one event loop that have something to write. Some are written to, then the system calls for them
/// follow one another, then the next ones come: receivers on the same machine find more to read each time they wake up,
/// and what belongs to a connection is more likely still in the processor's cache. See docs/adr/0032.
///
/// Used by that event loop only.
final class FrameBursts {

    /// How many connections are written to before the first of them is flushed.
    static final int TOGETHER = 64;

    /// Weak, and a value refers to its key for a turn only: an event loop that has ended takes these with it.
    private static final Map<EventLoop, FrameBursts> OF_LOOPS = Collections.synchronizedMap(new WeakHashMap<>());

    private final Runnable turn = this::onTurn;
    private List<FrameWriter> waiting = new ArrayList<>(TOGETHER);
    private boolean due;
    private boolean writing;

    static FrameBursts of(EventLoop loop) {
        return OF_LOOPS.computeIfAbsent(loop, _ -> new FrameBursts());
    }

    /// Has the connection written to, at the latest in the event loop's next turn.
    ///
    /// Errors: [java.util.concurrent.RejectedExecutionException] when the event loop has ended; then it is not.
    void add(FrameWriter writer, EventLoop loop) {
        if (!due) {
            loop.execute(turn);
            due = true;
        }
        if (waiting.size() >= TOGETHER && !writing) {
            write();
        }
        waiting.add(writer);
    }

    private void onTurn() {
        due = false;
        write();
    }

    /// What is added meanwhile has its turn later, so that a connection that takes all it is given does not keep the
    /// event loop for itself.
    private void write() {
        var now = waiting;
        waiting = new ArrayList<>(TOGETHER);
        writing = true;
        try {
            for (int from = 0; from < now.size(); from += TOGETHER) {
                var some = now.subList(from, Math.min(from + TOGETHER, now.size()));
                some.forEach(FrameWriter::write);
                some.forEach(FrameWriter::flush);
            }
        } finally {
            writing = false;
        }
    }
}
