package koine.auth;

import static io.r2dbc.spi.ConnectionFactoryOptions.PASSWORD;
import static io.r2dbc.spi.ConnectionFactoryOptions.USER;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import koine.testing.TestDatabase;
import org.flywaydb.core.Flyway;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;

/// A database with all tables and nothing in them, and any number of servers on it: each has its own memory
/// and may have its own clock.
record AuthDatabase(DatabaseClient client, TransactionalOperator transaction) {

    static final AuthProperties PROPERTIES =
            new AuthProperties(Duration.ofHours(24), Duration.ofDays(7), Duration.ofDays(30), Duration.ofSeconds(30));

    static AuthDatabase fresh() {
        var database = TestDatabase.fresh();
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .load()
                .migrate();
        var factory = factory(database);
        return new AuthDatabase(
                DatabaseClient.create(factory), TransactionalOperator.create(new R2dbcTransactionManager(factory)));
    }

    SigningKeys signingKeys(Clock clock) {
        return new SigningKeys(new SigningKeyStore(client), transaction, PROPERTIES, clock, random());
    }

    AccessTokens tokens(Clock clock) {
        return new AccessTokens(new SignedTokens(signingKeys(clock), clock), PROPERTIES);
    }

    Tickets tickets(Clock clock) {
        return new Tickets(new SessionStore(client), PROPERTIES, clock, random());
    }

    void execute(String sql) {
        client.sql(sql).then().block();
    }

    long count(String sql) {
        return client.sql(sql).mapValue(Long.class).one().blockOptional().orElseThrow();
    }

    /// One that never reads a file on an event loop.
    private static SecureRandom random() {
        try {
            var random = SecureRandom.getInstance("DRBG");
            random.nextBytes(new byte[1]);
            return random;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ConnectionFactory factory(TestDatabase database) {
        return ConnectionFactories.get(ConnectionFactoryOptions.parse(database.r2dbcUrl())
                .mutate()
                .option(USER, database.username())
                .option(PASSWORD, database.password())
                .build());
    }
}
