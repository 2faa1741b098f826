package koine.database;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import java.util.function.IntSupplier;
import koine.limit.LimitProperties;
import koine.limit.Pressure;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/// How many wait for a connection to Postgres. Each of them keeps what it was called with, and those who come last
/// wait for all.
@Component
class PoolPressure implements Pressure {

    private final LimitProperties limits;
    private final IntSupplier waiting;

    PoolPressure(LimitProperties limits, ObjectProvider<ConnectionPool> pools) {
        this.limits = limits;
        this.waiting = () -> pools.stream()
                .flatMap(pool -> pool.getMetrics().stream())
                .mapToInt(PoolMetrics::pendingAcquireSize)
                .sum();
    }

    @Override
    public boolean isTooHigh() {
        return limits.enabled() && waiting.getAsInt() >= limits.caps().waitingCalls();
    }
}
