package koine.database;

import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;

/// Connections for those who keep one of their own for long, and so must not take it from the pool.
public final class DirectConnections {

    private DirectConnections() {}

    /// The driver's own factory behind the pool that Spring Boot configures, or the given one if there is no
    /// pool.
    public static ConnectionFactory behind(ConnectionFactory factory) {
        return factory instanceof Wrapped<?> pool && pool.unwrap() instanceof ConnectionFactory driver
                ? behind(driver)
                : factory;
    }
}
