package koine.database;

import static io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider.LOOP_RESOURCES;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Wrapped;
import org.springframework.boot.r2dbc.OptionsCapableConnectionFactory;

/// Connections for those who keep one of their own for long, and so must not take it from the pool: the writer of
/// messages, and who listens to the other servers. What comes on them goes out to sockets, so they are in the
/// server's event loops and not in the pool's.
public final class DirectConnections {

    private DirectConnections() {}

    /// A factory of the driver's own for the database of the one that Spring Boot configures; the given one if it is
    /// the driver's itself.
    public static ConnectionFactory behind(ConnectionFactory factory) {
        var configured = OptionsCapableConnectionFactory.unwrapFrom(factory);
        return driver(configured == null ? factory : ConnectionFactories.get(besideTheServer(configured.getOptions())));
    }

    private static ConnectionFactoryOptions besideTheServer(ConnectionFactoryOptions options) {
        return options.getValue(LOOP_RESOURCES) instanceof WatchedLoops loops
                ? options.mutate().option(LOOP_RESOURCES, loops.ofTheServer()).build()
                : options;
    }

    /// Without the pool that a URL may ask for.
    private static ConnectionFactory driver(ConnectionFactory factory) {
        return factory instanceof Wrapped<?> pool && pool.unwrap() instanceof ConnectionFactory driver
                ? driver(driver)
                : factory;
    }
}
