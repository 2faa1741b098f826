package koine.auth;

import java.time.Duration;
import java.util.List;
import koine.log.Background;
import koine.log.Chore;
import org.springframework.stereotype.Component;

/// Ends sessions that nobody has used for too long, now and then. Several servers may do so at the same time.
@Component
class SessionSweep implements Background {

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
    public List<Chore> chores() {
        return List.of(chore);
    }
}
