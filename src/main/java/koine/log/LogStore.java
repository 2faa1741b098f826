package koine.log;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import koine.kernel.AccountId;
import koine.log.Event.InChat;
import koine.log.Event.ToAccount;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/// The log's tables.
@Repository
class LogStore {

    /// The epoch changes whenever positions may be given out a second time: another cluster, a promoted replica
    /// or a backup restored in place (timeline), a dump restored beside the old database (oid).
    private static final String HEAD = """
            select position, trimmed,
                substr(md5(concat_ws('/',
                    (select system_identifier from pg_control_system()),
                    substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
                    (select oid from pg_database where datname = current_database()))), 1, 8) as epoch
            from log_clock
            """;

    private static final String LOCK_CLOCK = """
            select position
            from log_clock
            for update
            """;

    private static final String SET_CLOCK = """
            update log_clock
            set position = $1
            """;

    private static final String APPEND = """
            insert into event (position, chat_id, account_id, type, payload)
            select position, chat_id, account_id, type, payload::jsonb
            from unnest($1, $2, $3, $4, $5) as e (position, chat_id, account_id, type, payload)
            """;

    // event_created_at finds the last that is too old, event_pkey removes those up to it; no index for the
    // memberships that ended until then, which are needed as long as somebody may catch up over their end
    private static final String TRIM = """
            with last as (
                select max(position) as position
                from event
                where created_at < $1
            ), removed as (
                delete from event
                using last
                where event.position <= last.position
                returning 1
            ), forgotten as (
                delete from former_member
                using last
                where former_member.left_at <= last.position
            ), noted as (
                update log_clock
                set trimmed = last.position
                from last
                where last.position > trimmed
            )
            select count(*) from removed
            """;

    private final DatabaseClient database;
    private final EventCodec codec = new EventCodec();
    private final GroupReader<Boolean, Head> heads;
    private final LogPageStore pages;
    private final NothingMissedStore nothingMissed;

    LogStore(DatabaseClient database) {
        this.database = database;
        this.heads = new GroupReader<>(GroupReader.OF_CONNECTIONS, this::heads);
        this.pages = new LogPageStore(database);
        this.nothingMissed = new NothingMissedStore(database);
    }

    /// As of a time after the asking; not within a transaction.
    Mono<Head> head() {
        return heads.read(true);
    }

    /// There is one, whoever asks.
    private Mono<Map<Boolean, Head>> heads(Set<Boolean> asked) {
        return database.sql(HEAD)
                .map(row -> new Head(text(row, "epoch"), number(row, "position"), number(row, "trimmed")))
                .one()
                .map(head -> Map.of(true, head));
    }

    /// Takes the clock's row lock until the transaction around it ends; gives the last position that is in use.
    Mono<Long> lockClock() {
        return database.sql(LOCK_CLOCK).map(row -> number(row, "position")).one();
    }

    /// Stores the events and sets the clock to the last of them; does nothing for none.
    Mono<Void> append(List<Event> events, long last) {
        if (events.isEmpty()) {
            return Mono.empty();
        }
        var stored = events.stream().map(codec::encode).toList();
        return database.sql(APPEND)
                .bind("$1", events.stream().map(Event::position).toArray(Long[]::new))
                .bind("$2", each(events, LogStore::chat))
                .bind("$3", each(events, LogStore::account))
                .bind("$4", stored.stream().map(EventCodec.Stored::type).toArray(String[]::new))
                .bind("$5", stored.stream().map(EventCodec.Stored::payload).toArray(String[]::new))
                .then()
                .then(database.sql(SET_CLOCK).bind("$1", last).then());
    }

    private static Long[] each(List<Event> events, Function<Event, @Nullable Long> part) {
        return events.stream().map(part).toArray(Long[]::new);
    }

    private static @Nullable Long chat(Event event) {
        return switch (event) {
            case InChat in -> in.chat().value();
            case ToAccount _ -> null;
        };
    }

    private static @Nullable Long account(Event event) {
        return switch (event) {
            case InChat _ -> null;
            case ToAccount to -> to.account().value();
        };
    }

    /// Removes the events from before the time, and notes up to where; gives how many there were. Messages are
    /// no history but what people keep: they stay.
    Mono<Long> trim(Instant before) {
        return database.sql(TRIM)
                .bind("$1", before.atOffset(ZoneOffset.UTC))
                .map(row -> number(row, "count"))
                .one();
    }

    Mono<LogPage> read(long after, int limit) {
        return pages.read(after, limit);
    }

    Mono<LogPage> readFor(AccountId reader, long after, int limit) {
        return pages.readFor(reader, after, limit);
    }

    /// The page of one who has missed nothing since that position; empty if there may be something on it.
    Mono<LogPage> nothingFor(AccountId reader, long after) {
        return nothingMissed.page(reader, after);
    }

    private static long number(Readable row, String column) {
        return MessageRow.present(row.get(column, Long.class), column);
    }

    private static String text(Readable row, String column) {
        return MessageRow.present(row.get(column, String.class), column);
    }
}
