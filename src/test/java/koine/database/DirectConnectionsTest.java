package koine.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import koine.testing.QuickTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.r2dbc.ConnectionFactoryBuilder;
import reactor.core.publisher.Flux;

@QuickTest
class DirectConnectionsTest {

    @Autowired
    private ConnectionFactory connections;

    @Test
    void behind_thePool_isTheDriverItself() {
        assertThat(connections).isInstanceOf(ConnectionPool.class);
        assertThat(DirectConnections.behind(connections)).isInstanceOf(PostgresqlConnectionFactory.class);
    }

    @Test
    void behind_theDriver_isTheDriver() {
        var driver = DirectConnections.behind(connections);

        assertThat(DirectConnections.behind(driver)).isSameAs(driver);
    }

    @Test
    void behind_aPoolThatTheUrlAsksFor_isTheDriverItself() {
        var pool = ConnectionFactoryBuilder.withUrl("r2dbc:pool:postgresql://nobody:none@localhost/nobody")
                .build();

        assertThat(DirectConnections.behind(pool)).isInstanceOf(PostgresqlConnectionFactory.class);
    }

    /// What the writer's connection brings goes out to sockets, and [AfterAnswer] knows these loops only.
    @Test
    void behind_whatItsConnectionsBring_isInTheServersLoops() {
        assertThat(loopOf(DirectConnections.behind(connections))).startsWith("reactor-http");
    }

    @Test
    void pool_whatItsConnectionsBring_isInLoopsOfItsOwn() {
        assertThat(loopOf(connections)).startsWith("reactor-tcp");
    }

    private static @Nullable String loopOf(ConnectionFactory factory) {
        return Flux.usingWhen(factory.create(), DirectConnectionsTest::loopOf, Connection::close)
                .blockLast();
    }

    private static Flux<String> loopOf(Connection connection) {
        return Flux.from(connection.createStatement("select 1").execute())
                .concatMap(result -> result.map((_, _) -> Thread.currentThread().getName()));
    }
}
