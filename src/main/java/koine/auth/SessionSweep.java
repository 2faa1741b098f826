package koine.auth;

import java.time.Duration;
import koine.log.Chore;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Ends sessions that nobody has used for too long, now and then. Several servers may do so at the same time.
@Component
class SessionSweep implements SmartLifecycle {

    private static final Duration INTERVAL = Duration.ofHours(1);

    private final Chore chore;

    SessionSweep(Sessions sessions) {
        this.chore = new Chore(
                "Ending unused sessions",
                INTERVAL,
                INTERVAL,
                () -> sessions.endIdle().thenReturn(false));
    }

    @Override
    public void start() {
        chore.start();
    }

    @Override
    public void stop() {
        chore.stop();
    }

    @Override
    public boolean isRunning() {
        return chore.isRunning();
    }
}
