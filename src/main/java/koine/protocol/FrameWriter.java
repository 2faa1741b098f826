package koine.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import koine.delivery.Frame;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.concurrent.Queues;

/// Writes frames to one WebSocket's connection, in their order, as they go over the wire (RFC 6455, 5.2). Whatever has
/// gathered when the connection's event loop comes to it goes in one buffer, and so in one system call, without
/// objects of the framework's for each frame. See docs/adr/0032.
///
/// When an event goes to many connections, many are written to before the first is flushed: see [FrameBursts].
///
/// It writes again when the socket has taken what was written before, and asks for no more frames than [#AHEAD].
final class FrameWriter extends BaseSubscriber<Frame> {

    /// How many frames may be here: written and not taken yet, or waiting to be written.
    static final int AHEAD = 32;

    /// What goes in one buffer, but for a frame that is larger by itself.
    static final int MOST_BYTES = 16 * 1024;

    private static final int TEXT = 0x81;
    private static final int PING = 0x89;
    private static final int TWO_BYTES_FOLLOW = 126;
    private static final int EIGHT_BYTES_FOLLOW = 127;
    private static final int MOST_IN_TWO_BYTES = 0xFFFF;

    private final Channel channel;
    private final Consumer<Frame> whenTaken;
    private final MonoSink<Void> done;
    private final Queue<Frame> waiting = Queues.<Frame>unbounded(8).get();
    private final EventLoop loop;
    private final FrameBursts bursts;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable join = this::join;
    private final ChannelFutureListener taken = this::taken;
    private volatile boolean noMore;
    private volatile boolean givenUp;

    // used by the connection's event loop only

    /// What is being written.
    private final List<Frame> burst = new ArrayList<>(4);

    private FrameWriter(Channel channel, Consumer<Frame> whenTaken, MonoSink<Void> done) {
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.bursts = FrameBursts.of(loop);
        this.whenTaken = whenTaken;
        this.done = done;
    }

    /// Completes when all frames have been taken by the socket. [Frame#BEAT] is written as a ping.
    ///
    /// Errors: as `frames`, and as writing to the channel fails.
    ///
    /// @param whenTaken is told of each frame when the socket has taken it, and of none that it has not; by the
    ///                  connection's event loop. Must not fail
    static Mono<Void> write(Flux<Frame> frames, Channel channel, Consumer<Frame> whenTaken) {
        return Mono.create(done -> {
            var writer = new FrameWriter(channel, whenTaken, done);
            done.onCancel(writer);
            frames.subscribe(writer);
        });
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        request(AHEAD);
    }

    @Override
    protected void hookOnNext(Frame frame) {
        waiting.add(frame);
        schedule();
    }

    @Override
    protected void hookOnComplete() {
        noMore = true;
        schedule();
    }

    @Override
    protected void hookOnCancel() {
        givenUp = true;
    }

    @Override
    protected void hookOnError(Throwable problem) {
        done.error(problem);
    }

    private void schedule() {
        if (!scheduled.compareAndSet(false, true)) {
            return;
        }
        if (loop.inEventLoop()) {
            join();
        } else {
            orFail(() -> loop.execute(join));
        }
    }

    private void join() {
        orFail(() -> bursts.add(this, loop));
    }

    private void orFail(Runnable handingOver) {
        try {
            handingOver.run();
        } catch (RejectedExecutionException stopped) {
            fail(stopped);
        }
    }

    /// Writes what has gathered, as much as may be on its way; nothing goes out before it is flushed. Does not fail.
    void write() {
        scheduled.set(false);
        if (givenUp || !burst.isEmpty()) {
            return;
        }
        var last = noMore;
        var size = gather();
        if (!burst.isEmpty()) {
            write(size);
        } else if (last) {
            done.success();
        }
    }

    private void write(int size) {
        try {
            channel.write(encoded(size)).addListener(taken);
        } catch (OutOfMemoryError noBuffer) {
            fail(new IOException("no buffer for what is to be written", noBuffer));
        } catch (RuntimeException problem) {
            fail(problem); // and the others of the burst are written to all the same
        }
    }

    /// Hands what was written to the socket.
    void flush() {
        if (!burst.isEmpty()) {
            channel.flush();
        }
    }

    private int gather() {
        var size = 0;
        for (var next = waiting.peek(); next != null && fits(next, size); next = waiting.peek()) {
            burst.add(next);
            waiting.remove();
            size += sizeOf(next);
        }
        return size;
    }

    private boolean fits(Frame next, int size) {
        return burst.isEmpty() || size + sizeOf(next) <= MOST_BYTES;
    }

    private ByteBuf encoded(int size) {
        var buffer = channel.alloc().directBuffer(size);
        for (var frame : burst) {
            encode(frame, buffer);
        }
        return buffer;
    }

    private void taken(ChannelFuture written) {
        if (!written.isSuccess()) {
            burst.clear();
            fail(written.cause());
            return;
        }
        var count = burst.size();
        burst.forEach(whenTaken);
        burst.clear();
        if (!waiting.isEmpty() || noMore) {
            schedule();
        }
        if (!noMore) {
            request(count);
        }
    }

    private void fail(Throwable problem) {
        dispose();
        done.error(problem);
    }

    private static void encode(Frame frame, ByteBuf buffer) {
        var bytes = frame.bytes();
        buffer.writeByte(frame == Frame.BEAT ? PING : TEXT);
        if (bytes.length < TWO_BYTES_FOLLOW) {
            buffer.writeByte(bytes.length);
        } else if (bytes.length <= MOST_IN_TWO_BYTES) {
            buffer.writeByte(TWO_BYTES_FOLLOW).writeShort(bytes.length);
        } else {
            buffer.writeByte(EIGHT_BYTES_FOLLOW).writeLong(bytes.length);
        }
        buffer.writeBytes(bytes);
    }

    /// With its header.
    private static int sizeOf(Frame frame) {
        var length = frame.bytes().length;
        if (length < TWO_BYTES_FOLLOW) {
            return 2 + length;
        }
        return length + (length <= MOST_IN_TWO_BYTES ? 4 : 10);
    }
}
