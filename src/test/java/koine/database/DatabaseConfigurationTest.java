package koine.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.nio.file.Files;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

@KoineTest
class DatabaseConfigurationTest {

    @Autowired
    private ConfigurableApplicationContext context;

    @Autowired
    private DatabaseClient client;

    @Autowired
    private DataDirectory directory;

    @Autowired
    private Scheduler timer;

    @Test
    void context_urlGiven_usesItAndStartsNothing() {
        value("select current_database()", String.class)
                .map(database -> context.getEnvironment()
                        .getRequiredProperty("spring.r2dbc.url")
                        .endsWith("/" + database))
                .as(StepVerifier::create)
                .expectNext(true)
                .verifyComplete();
        assertThat(context.containsBean("embeddedDatabase")).isFalse();
        assertThat(Files.exists(directory.dataDir().resolve("postgres"))).isFalse();
    }

    @Test
    void context_migrationDone_hasItsTableAndNoJdbcPool() {
        value("select count(*) from flyway_schema_history", Long.class)
                .as(StepVerifier::create)
                .expectNextCount(1)
                .verifyComplete();
        assertThat(context.getBeansOfType(DataSource.class)).isEmpty();
    }

    @Test
    void connection_always_compilesNoStatements() {
        value("select current_setting('jit')", String.class)
                .as(StepVerifier::create)
                .expectNext("off")
                .verifyComplete();
    }

    @Test
    void connection_optionsInTheUrl_stand() {
        var options = ConnectionFactoryOptions.parse("r2dbc:postgresql://localhost/koine?options=jit%3Don")
                .mutate();

        new DatabaseConfiguration().withoutCompiling().customize(options);

        assertThat(options.build().getValue(PostgresqlConnectionFactoryProvider.OPTIONS))
                .hasToString("jit=on");
    }

    @Test
    void connectionFactory_always_waitsForTheMigration() {
        var names = context.getBeanNamesForType(ConnectionFactory.class);

        assertThat(names)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(
                                context.getBeanFactory().getBeanDefinition(name).getDependsOn())
                        .contains("databaseMigration"));
    }

    @Test
    void timer_askedInALoopOfTheServer_runsThere() throws Exception {
        var loop = HttpResources.get().onServer(LoopResources.DEFAULT_NATIVE).next();
        var ranThere = new CompletableFuture<Boolean>();

        loop.execute(() -> timer.schedule(() -> ranThere.complete(loop.inEventLoop()), 1, TimeUnit.MILLISECONDS));

        assertThat(ranThere.get(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void timer_askedElsewhere_runsInALoopOfTheServer() throws Exception {
        var ranIn = new CompletableFuture<String>();

        timer.schedule(() -> ranIn.complete(Thread.currentThread().getName()), 1, TimeUnit.MILLISECONDS);

        assertThat(ranIn.get(5, TimeUnit.SECONDS)).startsWith("reactor-http");
    }

    private <T> Mono<T> value(String sql, Class<T> type) {
        return client.sql(sql)
                .map(row -> Objects.requireNonNull(row.get(0, type)))
                .one();
    }
}
