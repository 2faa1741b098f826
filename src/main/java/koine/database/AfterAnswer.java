package koine.database;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

/// Puts off what is to be done about an answer until the connection is free. Behind a statement with parameters the
/// driver sends the connection's next one only when all who were told of its end have returned: what takes long there,
/// Postgres waits for.
@Component
public class AfterAnswer {

    /// Runs the work as soon as the event loop that called this is back from what it is doing, and that before anything
    /// that is given to it later. Called from elsewhere than an event loop it runs it at once.
    public void run(Runnable work) {
        var loop = currentLoop();
        if (loop == null) {
            work.run();
        } else {
            loop.execute(work);
        }
    }

    /// As [#run], but the event loop first reads what has come on its connections meanwhile.
    public void runAfterReading(Runnable work) {
        var loop = currentLoop();
        if (loop == null) {
            work.run();
        } else {
            // what is scheduled is not looked for again before the loop has been through its connections
            var _ = loop.schedule(work, 0, TimeUnit.NANOSECONDS);
        }
    }

    private static @Nullable EventExecutor currentLoop() {
        for (var loop : HttpResources.get().onClient(LoopResources.DEFAULT_NATIVE)) {
            if (loop.inEventLoop()) {
                return loop;
            }
        }
        return null;
    }
}
