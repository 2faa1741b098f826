package koine.protocol.uchat;

import java.time.Duration;
import koine.testing.Api.User;
import org.springframework.r2dbc.core.DatabaseClient;

/// Rooms in which much has been said, straight into the tables.
final class Histories {

    private Histories() {}

    /// So many messages that the other one has received already, but not read.
    static void fill(DatabaseClient database, long room, User author, int count) {
        database.sql("""
                with clock as (
                    update log_clock set position = position + $3 returning position - $3 as before
                ), filled as (
                    insert into message (id, chat_id, author_id, seq, contents, created_at, updated_at)
                    select before + n, $1, $2, n, repeat('x', 2000), now(), now() from clock, generate_series(1, $3) n
                ), marked as (
                    update member set delivered_seq = $3 where chat_id = $1
                )
                update chat set last_seq = $3, last_message_id = before + $3 from clock where id = $1
                """)
                .bind("$1", room)
                .bind("$2", author.id())
                .bind("$3", (long) count)
                .then()
                .block(Duration.ofSeconds(20));
    }
}
