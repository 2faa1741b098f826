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
import java.util.concurrent.atomic.AtomicLong;
import koine.testing.TestDatabase;
import org.flywaydb.core.Flyway;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;

/// A database with all tables and nothing in them, and any number of servers on it: each has its own memory
/// and may have its own clock.
///
/// @param looked how often a server has looked what signing keys there are
record AuthDatabase(DatabaseClient client, TransactionalOperator transaction, AtomicLong looked) {

    static final AuthProperties PROPERTIES =
            new AuthProperties(Duration.ofHours(24), Duration.ofDays(7), Duration.ofSeconds(30));

    static final KeyProperties PLAIN = new KeyProperties(Duration.ofDays(30), null, null);

    static AuthDatabase fresh() {
        return on(TestDatabase.fresh());
    }

    static AuthDatabase on(TestDatabase database) {
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .load()
                .migrate();
        var factory = factory(database);
        return new AuthDatabase(
                DatabaseClient.create(factory),
                TransactionalOperator.create(new R2dbcTransactionManager(factory)),
                new AtomicLong());
    }

    SigningKeys signingKeys(Clock clock) {
        return signingKeys(clock, PLAIN);
    }

    SigningKeys signingKeys(Clock clock, KeyProperties properties) {
        return new SigningKeys(
                store(), transaction, new KeyWraps(properties, random()), properties, PROPERTIES, clock, random());
    }

    private SigningKeyStore store() {
        return new SigningKeyStore(client) {
            @Override
            Flux<StoredKey> all() {
                return super.all().doOnSubscribe(_ -> looked.incrementAndGet());
            }
        };
    }

    AccessTokens tokens(Clock clock) {
        return tokens(signingKeys(clock), clock);
    }

    AccessTokens tokens(SigningKeys keys, Clock clock) {
        return new AccessTokens(new SignedTokens(keys, clock), PROPERTIES);
    }

    Tickets tickets(Clock clock) {
        return new Tickets(new TicketStore(client), PROPERTIES, clock, random());
    }

    void execute(String sql) {
        client.sql(sql).then().block();
    }

    long count(String sql) {
        return client.sql(sql).mapValue(Long.class).one().blockOptional().orElseThrow();
    }

    /// One that never reads a file on an event loop.
    static SecureRandom random() {
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
