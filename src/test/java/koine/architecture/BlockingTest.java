package koine.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import java.io.FileInputStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import koine.testing.Api;
import koine.testing.KoineTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

/// That BlockHound is there, and on which threads: without it the rest of the suite would prove nothing about
/// blocking.
@KoineTest
class BlockingTest {

    @LocalServerPort
    private int port;

    private enum Blocking implements Callable<Object> {
        SLEEP {
            @Override
            public Object call() throws Exception {
                Thread.sleep(1);
                return this;
            }
        },
        AWAIT {
            @Override
            public Object call() throws Exception {
                return new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
            }
        },
        READ_A_FILE {
            @Override
            public Object call() throws Exception {
                try (var file = new FileInputStream("pom.xml")) {
                    return file.read();
                }
            }
        }
    }

    /// These are meant.
    @AfterEach
    void forget() {
        BlockingCalls.takeMeant();
    }

    @ParameterizedTest
    @EnumSource
    void blocking_onParallelScheduler_isAnError(Blocking call) {
        var result = Mono.fromCallable(call).subscribeOn(Schedulers.parallel()).toFuture();

        assertThatThrownBy(result::join).hasCauseInstanceOf(BlockingOperationError.class);
        assertThat(BlockingCalls.takeMeant()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void blocking_onTheServersEventLoop_isAnError(Blocking call) {
        assertFailsOn(HttpResources.get().onServer(LoopResources.DEFAULT_NATIVE), call);
    }

    /// The R2DBC driver's, which is where answers of the database are worked on.
    @ParameterizedTest
    @EnumSource
    void blocking_onTheDatabaseDriversEventLoop_isAnError(Blocking call) {
        assertFailsOn(TcpResources.get().onClient(LoopResources.DEFAULT_NATIVE), call);
    }

    /// The server and the driver share their loops: one client's frames and one connection's answers may well
    /// be the same thread's work.
    @Test
    void threads_ofARunningService_areKnownNotToBlock() {
        new Api(port).register("watched");

        assertThat(threads("reactor-.*-(epoll|kqueue|nio)-.*")).isNotEmpty().allMatch(Schedulers::isNonBlockingThread);
        assertThat(threads("(parallel|single)-.*")).isNotEmpty().allMatch(Schedulers::isNonBlockingThread);
        assertThat(threads("koine-password-.*")).isNotEmpty().noneMatch(Schedulers::isNonBlockingThread);
    }

    private static void assertFailsOn(EventLoopGroup loops, Callable<Object> call) {
        var result = loops.next().submit(call).awaitUninterruptibly();

        assertThat(result.cause()).isInstanceOf(BlockingOperationError.class);
    }

    private static List<Thread> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches(name))
                .toList();
    }
}
