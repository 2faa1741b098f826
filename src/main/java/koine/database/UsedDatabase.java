package koine.database;

import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/// Which database the service uses, in words for whoever runs it, without any secret.
@Component
public class UsedDatabase {

    private final String words;

    UsedDatabase(R2dbcConnectionDetails database, DataDirectory directory, Environment environment) {
        this.words = DatabaseConfiguration.isNamed(environment)
                ? "Postgres at "
                        + JdbcTarget.of(database.getConnectionFactoryOptions()).place()
                : "an embedded Postgres, its data in " + directory.dataDir().resolve("postgres")
                        + "; spring.r2dbc.url names another one";
    }

    /// Where it is.
    public String words() {
        return words;
    }
}
