package koine.log;

import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/// The table in which servers show themselves.
@Repository
class ServerStore {

    // server is small
    private static final String COUNT = """
            select count(*) as servers
            from server
            where seen_at > now() - interval '30 seconds'
            """;

    private final DatabaseClient database;

    ServerStore(DatabaseClient database) {
        this.database = database;
    }

    /// How many have shown themselves lately.
    Mono<Long> count() {
        return database.sql(COUNT)
                .map(row -> Objects.requireNonNull(row.get("servers", Long.class)))
                .one();
    }
}
