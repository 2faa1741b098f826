package koine.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import java.nio.file.Files;
import java.util.Objects;
import javax.sql.DataSource;
import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.test.StepVerifier;

@KoineTest
class DatabaseConfigurationTest {

    @Autowired
    private ConfigurableApplicationContext context;

    @Autowired
    private DatabaseClient client;

    @Autowired
    private DataDirectory directory;

    @Test
    void context_urlGiven_usesItAndStartsNothing() {
        client.sql("select current_database()")
                .map(row -> Objects.requireNonNull(row.get(0, String.class)))
                .one()
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
        client.sql("select count(*) from flyway_schema_history")
                .map(row -> Objects.requireNonNull(row.get(0, Long.class)))
                .one()
                .as(StepVerifier::create)
                .expectNextCount(1)
                .verifyComplete();
        assertThat(context.getBeansOfType(DataSource.class)).isEmpty();
    }

    @Test
    void connection_always_compilesNoStatements() {
        client.sql("select current_setting('jit')")
                .map(row -> Objects.requireNonNull(row.get(0, String.class)))
                .one()
                .as(StepVerifier::create)
                .expectNext("off")
                .verifyComplete();
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
}
