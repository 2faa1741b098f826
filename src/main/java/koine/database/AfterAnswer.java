package koine.database;

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
        for (var loop : HttpResources.get().onClient(LoopResources.DEFAULT_NATIVE)) {
            if (loop.inEventLoop()) {
                loop.execute(work);
                return;
            }
        }
        work.run();
    }
}
