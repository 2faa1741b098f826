package koine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import koine.delivery.Frame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;

// Netty tells whoever made a promise how it ended
@SuppressWarnings("FutureReturnValueIgnored")
class FrameWriterTest {

    private final SlowSocket socket = new SlowSocket();
    private final EmbeddedChannel channel = new EmbeddedChannel(socket);
    private final List<Frame> taken = new ArrayList<>();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000})
    void frame_ofAnyLength_isReadByAClient(int length) {
        var text = "x".repeat(length);

        written(Flux.just(frame(text)));

        assertThat(read()).containsExactly(text);
    }

    @Test
    void beat_isAPing() {
        written(Flux.just(frame("before"), Frame.BEAT, frame("after")));

        assertThat(read()).containsExactly("before", "ping", "after");
    }

    @Test
    void frames_thatHaveGathered_goInOneBuffer() {
        written(Flux.just(frame("one"), frame("two"), frame("three")));

        assertThat(channel.outboundMessages()).hasSize(1);
        assertThat(read()).containsExactly("one", "two", "three");
    }

    @Test
    void frames_thatAreManyBytes_goInSeveralBuffersInOrder() {
        var texts = IntStream.range(0, 10)
                .mapToObj(i -> String.valueOf(i).repeat(FrameWriter.MOST_BYTES / 3))
                .toList();

        written(Flux.fromIterable(texts).map(FrameWriterTest::frame));

        assertThat(channel.outboundMessages()).hasSize(5);
        assertThat(read()).isEqualTo(texts);
    }

    /// So that the system calls come in a row, and the connection is still in the processor's cache.
    @Test
    void frames_ofManyConnections_areWrittenForSomeThenFlushedForThese() throws Exception {
        var names = IntStream.range(0, 2 * FrameBursts.TOGETHER + 2)
                .mapToObj(Integer::toString)
                .toList();
        var calls = new ArrayList<String>();
        // a thread that may block: with nothing to do this kind of loop parks
        try (var loops = new MultiThreadIoEventLoopGroup(1, (ThreadFactory) Thread::new, LocalIoHandler.newFactory())) {
            var channels = new ArrayList<LocalChannel>();
            for (var name : names) {
                var channel = new LocalChannel();
                channel.pipeline().addLast(new Recorder(name, calls));
                loops.register(channel).sync();
                channels.add(channel);
            }

            var hello = Flux.just(frame("hello")).concatWith(Flux.never());
            loops.submit(() -> channels.forEach(channel ->
                            FrameWriter.write(hello, channel, _ -> {}).subscribe()))
                    .get();
            loops.submit(() -> {}).get(); // what is in the queue
        }

        assertThat(calls).containsExactlyElementsOf(inBursts(names));
    }

    private static List<String> inBursts(List<String> names) {
        var calls = new ArrayList<String>();
        for (int from = 0; from < names.size(); from += FrameBursts.TOGETHER) {
            var some = names.subList(from, Math.min(from + FrameBursts.TOGETHER, names.size()));
            some.forEach(name -> calls.add(name + " is written"));
            some.forEach(name -> calls.add(name + " is flushed"));
        }
        return calls;
    }

    @Test
    void frames_whileTheSocketTakesNothing_areNotAskedFor() {
        var texts = IntStream.range(0, 10 * FrameWriter.AHEAD)
                .mapToObj(i -> "frame " + i)
                .toList();
        var given = new AtomicInteger();
        socket.takesNothing();

        var writing =
                writing(Flux.fromIterable(texts).map(FrameWriterTest::frame).doOnNext(_ -> given.incrementAndGet()));

        assertThat(given).hasValue(FrameWriter.AHEAD);
        assertThat(writing).isNotDone();

        socket.takes();
        channel.runPendingTasks();
        assertThat(given).hasValue(texts.size());
        assertThat(writing).isCompleted();
        assertThat(read()).isEqualTo(texts);
    }

    @Test
    void end_isToldWhenTheSocketHasTakenEverything() {
        socket.takesNothing();
        var writing = writing(Flux.just(frame("last")));
        assertThat(writing).isNotDone();

        socket.takes();
        channel.runPendingTasks();
        assertThat(writing).isCompleted();
    }

    @Test
    void frames_thatTheSocketHasTaken_areToldOfThenAndInOrder() {
        var frames = List.of(frame("one"), frame("two"), frame("three"));
        socket.takesNothing();
        writing(Flux.fromIterable(frames));
        assertThat(taken).isEmpty();

        socket.takes();
        channel.runPendingTasks();
        assertThat(taken).isEqualTo(frames);
    }

    @Test
    void frames_thatTheSocketHasNotTaken_areNotToldOf() {
        socket.takesNothing();
        var writing = writing(Flux.just(frame("one"), frame("two")).concatWith(Flux.never()));

        channel.close();
        socket.takes();
        channel.runPendingTasks();

        assertThat(writing).isCompletedExceptionally();
        assertThat(taken).isEmpty();
    }

    @Test
    void end_ofNothing_isTold() {
        assertThat(writing(Flux.empty())).isCompleted();
    }

    @Test
    void connection_thatBreaks_isAnErrorAndEndsTheSource() {
        var cancelled = new AtomicBoolean();
        channel.close();

        var writing = writing(Flux.just(frame("late")).concatWith(Flux.never()).doOnCancel(() -> cancelled.set(true)));

        assertThat(writing).isCompletedExceptionally();
        assertThatThrownBy(writing::join).hasCauseInstanceOf(ClosedChannelException.class);
        assertThat(cancelled).isTrue();
    }

    @Test
    void memory_thatIsUsedUp_isAnErrorAndEndsTheSource() {
        var cancelled = new AtomicBoolean();
        channel.config().setAllocator(new FailingAllocator(() -> new OutOfMemoryError("none left")));

        var writing = writing(Flux.just(frame("x")).concatWith(Flux.never()).doOnCancel(() -> cancelled.set(true)));

        assertThatThrownBy(writing::join).hasRootCauseInstanceOf(OutOfMemoryError.class);
        assertThat(cancelled).isTrue();
    }

    @Test
    void connection_thatCannotBeWrittenTo_keepsNoOtherWaiting() throws Exception {
        var calls = new ArrayList<String>();
        try (var loops = new MultiThreadIoEventLoopGroup(1, (ThreadFactory) Thread::new, LocalIoHandler.newFactory())) {
            var broken = new LocalChannel();
            broken.config().setAllocator(new FailingAllocator(() -> new IllegalStateException("broken")));
            loops.register(broken).sync();
            var other = new LocalChannel();
            other.pipeline().addLast(new Recorder("other", calls));
            loops.register(other).sync();

            var both = loops.submit(() -> Stream.of(broken, other)
                            .map(channel -> FrameWriter.write(Flux.just(frame("x")), channel, _ -> {})
                                    .toFuture()
                                    .orTimeout(10, TimeUnit.SECONDS))
                            .toList())
                    .get();

            assertThatThrownBy(both.getFirst()::join).hasCauseInstanceOf(IllegalStateException.class);
            both.getLast().join();
        }
        assertThat(calls).containsExactly("other is written", "other is flushed");
    }

    @Test
    void source_thatFails_isAnError() {
        assertThatThrownBy(writing(Flux.error(new IOException("broken")))::join).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void writing_thatIsGivenUp_endsTheSourceAndWritesNoMore() {
        var cancelled = new AtomicBoolean();
        socket.takesNothing();
        var written = FrameWriter.write(
                        Flux.just(frame("first"))
                                .concatWith(Flux.just(frame("second")).concatWith(Flux.never()))
                                .doOnCancel(() -> cancelled.set(true)),
                        channel,
                        taken::add)
                .subscribe();

        written.dispose();
        channel.runPendingTasks();

        assertThat(cancelled).isTrue();
        socket.takes();
        assertThat(read()).isEmpty();
    }

    private CompletableFuture<Void> writing(Flux<Frame> frames) {
        var writing = FrameWriter.write(frames, channel, taken::add).toFuture();
        channel.runPendingTasks();
        return writing;
    }

    private void written(Flux<Frame> frames) {
        assertThat(writing(frames)).isCompleted();
    }

    private static Frame frame(String text) {
        return new Frame(text.getBytes(StandardCharsets.UTF_8));
    }

    /// What a client reads of what was written.
    private List<String> read() {
        var client = new EmbeddedChannel(new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(false)
                .maxFramePayloadLength(2_000_000)
                .build()));
        for (ByteBuf buffer = channel.readOutbound(); buffer != null; buffer = channel.readOutbound()) {
            client.writeInbound(buffer);
        }
        var texts = new ArrayList<String>();
        for (WebSocketFrame frame = client.readInbound(); frame != null; frame = client.readInbound()) {
            texts.add(frame instanceof TextWebSocketFrame text ? text.text() : name(frame));
            frame.release();
        }
        client.finishAndReleaseAll();
        return texts;
    }

    private static String name(WebSocketFrame frame) {
        return frame instanceof PingWebSocketFrame ? "ping" : frame.getClass().getSimpleName();
    }

    private static final class FailingAllocator extends AbstractByteBufAllocator {

        private final Supplier<Throwable> problem;

        FailingAllocator(Supplier<Throwable> problem) {
            super(true);
            this.problem = problem;
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            throw Exceptions.propagate(problem.get());
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            throw Exceptions.propagate(problem.get());
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }

    /// Takes what is written, and notes what it was asked for.
    private static final class Recorder extends ChannelOutboundHandlerAdapter {

        private final String name;
        private final List<String> calls;
        private final List<ChannelPromise> written = new ArrayList<>();

        Recorder(String name, List<String> calls) {
            this.name = name;
            this.calls = calls;
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            calls.add(name + " is written");
            ReferenceCountUtil.release(message);
            written.add(promise);
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            calls.add(name + " is flushed");
            written.forEach(ChannelPromise::setSuccess);
            written.clear();
        }
    }

    /// Takes what is written when it is told to.
    private static final class SlowSocket extends ChannelOutboundHandlerAdapter {

        private final Queue<Runnable> kept = new ArrayDeque<>();
        private boolean takes = true;

        void takesNothing() {
            takes = false;
        }

        void takes() {
            takes = true;
            kept.forEach(Runnable::run);
            kept.clear();
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (takes) {
                context.write(message, promise);
            } else {
                kept.add(() -> context.writeAndFlush(message, promise));
            }
        }
    }
}
