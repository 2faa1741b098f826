package koine.chat;

import io.r2dbc.spi.Readable;
import java.util.Objects;
import koine.kernel.ChatId;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Rooms by their names. A key is a name as [koine.kernel.Text#key] gives it.
@Repository
class RoomStore {

    // chat_name_key
    private static final String FIND = """
            select id
            from chat
            where name_key = $1
            """;

    // chat_name_key
    private static final String BEGINNING_WITH = """
            select id, name, bio, member_count
            from chat
            where name_key >= $1 and name_key < $1 || chr(1114111) and name_key > $2
            order by name_key
            limit $3
            """;

    // chat_name_alike
    private static final String LIKE = """
            select id, name, bio, member_count
            from chat
            where name_key % $1 and not (name_key >= $1 and name_key < $1 || chr(1114111))
            order by name_key <-> $1
            limit $2
            """;

    private final DatabaseClient database;

    RoomStore(DatabaseClient database) {
        this.database = database;
    }

    Mono<ChatId> find(String key) {
        return database.sql(FIND)
                .bind("$1", key)
                .map(row -> Rows.chat(row, "id"))
                .one();
    }

    /// In the order of their keys.
    ///
    /// @param after the key after which they come
    Flux<Room> beginningWith(String key, String after, int limit) {
        return database.sql(BEGINNING_WITH)
                .bind("$1", key)
                .bind("$2", after)
                .bind("$3", limit)
                .map(RoomStore::room)
                .all();
    }

    /// Those that are like it but do not begin with it, the most alike first.
    Flux<Room> like(String key, int limit) {
        return database.sql(LIKE)
                .bind("$1", key)
                .bind("$2", limit)
                .map(RoomStore::room)
                .all();
    }

    private static Room room(Readable row) {
        return new Room(
                Rows.chat(row, "id"),
                Rows.text(row, "name"),
                row.get("bio", String.class),
                Objects.requireNonNull(row.get("member_count", Integer.class)));
    }
}
