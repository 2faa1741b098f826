package koine.architecture;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;
import reactor.blockhound.integration.BlockHoundIntegration;

/// Fails the test during which a thread that must not block did so. BlockHound throws an error at the place
/// itself, but inside the service that is one more failed request, or a line in the log, and a test may pass
/// all the same: so every call is noted, and looked for after each test.
///
/// Found by the service loader, as BlockHound's integration and as JUnit's extension
/// (`src/test/resources/META-INF/services`). What is allowed here, beyond what Netty, Reactor and
/// Spring allow themselves, stands below with its reason.
public class BlockingCalls implements BlockHoundIntegration, AfterEachCallback, AfterAllCallback {

    private static final Queue<BlockingOperationError> CALLS = new ConcurrentLinkedQueue<>();
    private static final Queue<BlockingOperationError> MEANT = new ConcurrentLinkedQueue<>();

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // Netty reads its native transport from its jar, once in the life of a JVM: in the service on the main thread,
        // when the server starts, but in a test without one on the first thread that opens a connection
        builder.allowBlockingCallsInside("io.netty.util.internal.NativeLibraryLoader", "load");
        // Jackson makes what reads a type when the type is first met, under a lock that a second thread may meet
        builder.allowBlockingCallsInside(
                "tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer");
        // and so does the older Jackson that reads the claims of a token
        builder.allowBlockingCallsInside(
                "com.fasterxml.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer");
        // the driver's log-in by password reads a few random bytes, once for each connection to the database
        builder.allowBlockingCallsInside("com.ongres.scram.client.ScramClient$Builder", "build");
        // taking a timer back holds the lock of the JDK's queue of timers for a moment: Reactor allows itself that for
        // its other tasks (SchedulerTask, WorkerTask), and has forgotten those of an interval
        builder.allowBlockingCallsInside("reactor.core.scheduler.PeriodicWorkerTask", "dispose");
        builder.blockingMethodCallback(method -> {
            var call = new BlockingOperationError(method);
            (isMeant(call) ? MEANT : CALLS).add(call);
            throw call;
        });
    }

    @Override
    public void afterEach(ExtensionContext test) {
        failIfAny();
    }

    @Override
    public void afterAll(ExtensionContext test) {
        failIfAny();
    }

    /// The calls that [BlockingTest] has made since this was last asked: they are forgotten, and no test fails for
    /// them.
    static List<BlockingOperationError> takeMeant() {
        return take(MEANT);
    }

    private static boolean isMeant(BlockingOperationError call) {
        return Stream.of(call.getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith(BlockingTest.class.getName()));
    }

    private static List<BlockingOperationError> take(Queue<BlockingOperationError> from) {
        var calls = new ArrayList<BlockingOperationError>();
        for (var call = from.poll(); call != null; call = from.poll()) {
            calls.add(call);
        }
        return calls;
    }

    private static void failIfAny() {
        var calls = take(CALLS);
        if (!calls.isEmpty()) {
            var failure = new AssertionError(calls.size() + " blocking calls on threads that must not block: "
                    + calls.stream().limit(3).map(BlockingCalls::path).collect(joining("; ")));
            calls.stream().limit(10).forEach(failure::addSuppressed);
            throw failure;
        }
    }

    /// The call and the way to it: a summary of a run may be all that is left of it.
    private static String path(BlockingOperationError call) {
        return Stream.of(call.getStackTrace())
                .filter(frame -> !frame.getClassName().startsWith("reactor."))
                .limit(12)
                .map(frame -> frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                .collect(joining(" < ", call.getMethod() + " < ", ""));
    }
}
