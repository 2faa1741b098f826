package koine.testing;

import java.nio.file.Path;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/// Gives each application context a database and a data directory that no other context has.
class FreshDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        var database = TestDatabase.fresh();
        TestPropertyValues.of(database.properties())
                .and("koine.data-dir=" + Path.of("target", "koine-test", database.database()))
                .applyTo(context);
    }
}
