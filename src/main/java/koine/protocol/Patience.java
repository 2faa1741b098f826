package koine.protocol;

import java.time.Duration;
import reactor.util.retry.Retry;

/// For what a client has to be told and can't be told while the database is away.
public final class Patience {

    /// Tries again twice a second, for as long as anybody waits for it.
    public static final Retry WHILE_THE_DATABASE_IS_AWAY = Retry.fixedDelay(Long.MAX_VALUE, Duration.ofMillis(500));

    private Patience() {}
}
