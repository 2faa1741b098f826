package koine.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import koine.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

class AfterAnswerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final AfterAnswer afterAnswer = new AfterAnswer();
    private final List<String> done = new ArrayList<>();

    @Test
    void run_inAnEventLoop_waitsForWhatItIsDoingAndKeepsTheOrder() throws Exception {
        var loop = HttpResources.get().onClient(LoopResources.DEFAULT_NATIVE).next();

        loop.submit(() -> {
                    afterAnswer.run(() -> done.add("put off"));
                    afterAnswer.run(() -> done.add("put off as well"));
                    done.add("the loop's");
                })
                .get(5, TimeUnit.SECONDS);
        loop.submit(() -> done.add("given later")).get(5, TimeUnit.SECONDS);

        assertThat(done).containsExactly("the loop's", "put off", "put off as well", "given later");
    }

    @Test
    void run_inAnEventLoop_isDoneBeforeTheLoopReads() throws Exception {
        assertThat(doneWhenBytesCome(afterAnswer::run)).containsExactly("put off", "read");
    }

    @Test
    void runAfterReading_inAnEventLoop_isDoneWhenTheLoopHasRead() throws Exception {
        assertThat(doneWhenBytesCome(afterAnswer::runAfterReading)).containsExactly("read", "put off");
    }

    @Test
    void run_elsewhere_isDoneAtOnce() {
        afterAnswer.run(() -> done.add("at once"));
        afterAnswer.runAfterReading(() -> done.add("at once as well"));

        assertThat(done).containsExactly("at once", "at once as well");
    }

    @Test
    void run_byWhoIsToldOfAnAnswer_theConnectionIsFreeForTheNextStatement() {
        assertThat(isSentAtOnce(afterAnswer::run)).isTrue();
    }

    /// Should a newer driver send it, [AfterAnswer] has nothing left to do.
    @Test
    void driver_nextStatementOfWhoIsToldOfAnAnswer_isHeldBack() {
        assertThat(isSentAtOnce(Runnable::run)).isFalse();
    }

    /// In which order a loop reads bytes and does what was put off, if the bytes came while it put that off.
    private List<String> doneWhenBytesCome(Consumer<Runnable> putOff) throws Exception {
        EventLoop loop =
                HttpResources.get().onClient(LoopResources.DEFAULT_NATIVE).next();
        var accepted = new CountDownLatch(1);
        var busy = new CountDownLatch(1);
        var bytesAreThere = new AtomicBoolean();
        var both = new CountDownLatch(2);
        var server = listen(loop, new Accepted(accepted, () -> note("read", both)));
        var port = ((InetSocketAddress) server.localAddress()).getPort();
        try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(accepted.await(5, TimeUnit.SECONDS)).isTrue();
            loop.execute(() -> {
                busy.countDown();
                while (!bytesAreThere.get()) {
                    // the loop is at work, and must not be asked to wait
                }
                putOff.accept(() -> note("put off", both));
            });
            assertThat(busy.await(5, TimeUnit.SECONDS)).isTrue();
            client.getOutputStream().write(1);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            bytesAreThere.set(true);
            assertThat(both.await(5, TimeUnit.SECONDS)).isTrue();
        } finally {
            bytesAreThere.set(true);
            server.close().sync();
        }
        return done;
    }

    private static Channel listen(EventLoop loop, ChannelHandler handler) throws InterruptedException {
        var loops = HttpResources.get().onClient(LoopResources.DEFAULT_NATIVE);
        return new ServerBootstrap()
                .group(loop)
                .channel(HttpResources.get().onChannelClass(ServerSocketChannel.class, loops))
                .childHandler(handler)
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    private void note(String what, CountDownLatch latch) {
        done.add(what);
        latch.countDown();
    }

    private static final class Accepted extends ChannelInboundHandlerAdapter {

        private final CountDownLatch accepted;
        private final Runnable onRead;

        Accepted(CountDownLatch accepted, Runnable onRead) {
            this.accepted = accepted;
            this.onRead = onRead;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            accepted.countDown();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
            onRead.run();
        }
    }

    /// Whether a statement goes over the wire while the work that asks for it still runs. That work is begun by the
    /// answer of the statement before.
    private static boolean isSentAtOnce(Consumer<Runnable> toldOfAnAnswer) {
        var loops = new CountingLoops();
        var sent = new CompletableFuture<Boolean>();
        return Objects.requireNonNull(Mono.usingWhen(
                        factory(loops).create(),
                        connection -> {
                            var second = new CompletableFuture<Integer>();
                            return answer(connection, 1)
                                    .doOnSuccess(_ -> toldOfAnAnswer.accept(() -> {
                                        var before = loops.writes;
                                        answer(connection, 2).subscribe(second::complete);
                                        sent.complete(loops.writes > before);
                                    }))
                                    .then(Mono.fromFuture(second))
                                    .then(Mono.fromFuture(sent));
                        },
                        Connection::close)
                .block(PATIENCE));
    }

    private static Mono<Integer> answer(Connection connection, int number) {
        return Flux.from(connection
                        .createStatement("select $1::integer")
                        .bind("$1", number)
                        .execute())
                .concatMap(result -> result.map((row, _) -> Objects.requireNonNull(row.get(0, Integer.class))))
                .single();
    }

    private static ConnectionFactory factory(LoopResources loops) {
        var database = TestDatabase.fresh();
        return ConnectionFactories.get(ConnectionFactoryOptions.parse(database.r2dbcUrl())
                .mutate()
                .option(ConnectionFactoryOptions.USER, database.username())
                .option(ConnectionFactoryOptions.PASSWORD, database.password())
                .option(PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, loops)
                .build());
    }

    /// The server's loops, with a count of what the one connection in them writes; read in its loop.
    private static final class CountingLoops extends WatchedLoops {

        private int writes;

        CountingLoops() {
            super(HttpResources.get(), PATIENCE);
        }

        @Override
        public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
            var channel = super.onChannel(type, group);
            channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {

                @Override
                public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
                        throws Exception {
                    writes++;
                    super.write(context, message, promise);
                }
            });
            return channel;
        }
    }
}
