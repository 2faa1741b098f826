package koine.database;

import static io.r2dbc.spi.ConnectionFactoryOptions.DATABASE;
import static io.r2dbc.spi.ConnectionFactoryOptions.HOST;
import static io.r2dbc.spi.ConnectionFactoryOptions.PASSWORD;
import static io.r2dbc.spi.ConnectionFactoryOptions.PORT;
import static io.r2dbc.spi.ConnectionFactoryOptions.SSL;
import static io.r2dbc.spi.ConnectionFactoryOptions.USER;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The same database as the R2DBC options name, in JDBC's words.
///
/// @param url holds no secrets, so that it may be logged
/// @param properties what does not stand in the URL: TLS and the schema
record JdbcTarget(
        String url, @Nullable String user, @Nullable String password, Map<String, String> properties) {

    /// R2DBC's option to JDBC's property, for those that decide whether and where a connection is made.
    private static final Map<String, String> PROPERTIES = Map.of(
            "sslMode", "sslmode",
            "sslmode", "sslmode",
            "sslRootCert", "sslrootcert",
            "sslCert", "sslcert",
            "sslKey", "sslkey",
            "sslPassword", "sslpassword",
            "schema", "currentSchema",
            "currentSchema", "currentSchema");

    static JdbcTarget of(ConnectionFactoryOptions options) {
        return new JdbcTarget(
                url(options), text(options, USER), text(options, PASSWORD), Map.copyOf(properties(options)));
    }

    /// Where the database is, as people write it.
    String place() {
        return url.substring("jdbc:".length());
    }

    /// `host` may be a list with ports of its own (`a:5432,b:5432`): JDBC writes it the same way.
    private static String url(ConnectionFactoryOptions options) {
        var port = text(options, PORT);
        var database = text(options, DATABASE);
        return "jdbc:postgresql://" + options.getRequiredValue(HOST) + (port == null ? "" : ":" + port) + "/"
                + (database == null ? "" : database);
    }

    private static Map<String, String> properties(ConnectionFactoryOptions options) {
        var properties = new HashMap<String, String>();
        if (Boolean.parseBoolean(text(options, SSL))) {
            properties.put("sslmode", "verify-full"); // what r2dbcs:// and ssl=true mean to the R2DBC driver
        }
        PROPERTIES.forEach((ours, theirs) -> {
            var value = text(options, Option.valueOf(ours));
            if (value != null) {
                properties.put(theirs, theirs.equals("sslmode") ? sslMode(value) : value);
            }
        });
        return properties;
    }

    /// The driver takes its enum's constants as well as the words of libpq.
    private static String sslMode(String value) {
        return value.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static @Nullable String text(ConnectionFactoryOptions options, Option<?> option) {
        var value = options.getValue(option);
        return value == null ? null : value.toString();
    }
}
