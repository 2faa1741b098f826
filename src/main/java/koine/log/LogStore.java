package koine.log;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Event.InChat;
import koine.log.Event.MessageSent;
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

    /// Puts the page together of what its query has found in the tables. message_pkey finds the messages that
    /// events are about, event_pkey the groups that people were added to: each once for those who came
    /// together. chat_pkey: messages of a deleted chat may be there for a while, and are told to nobody.
    private static final String PAGE = """
            , entries as (
                select m.id as position, null as type, null as payload, null as group_payload, m.chat_id, null as account_id,
                    m.id as message_id,
                    m.author_id, m.seq, m.kind, m.contents, m.media, m.reply_to, m.key, m.created_at, m.updated_at, m.edited_at, m.deleted_at
                from messages m
                union all
                select e.position, e.type, (e.payload - 'group')::text,
                    case when lag(e.payload -> 'togetherAt') over (order by e.position) is distinct from e.payload -> 'togetherAt'
                        then (
                            select first.payload ->> 'group'
                            from event first
                            where first.position = (e.payload ->> 'togetherAt')::bigint
                        )
                    end,
                    e.chat_id, e.account_id, m.id,
                    m.author_id, m.seq, m.kind, m.contents, m.media, m.reply_to, m.key, m.created_at, m.updated_at, m.edited_at, m.deleted_at
                from events e
                left join lateral (
                    select *
                    from message
                    where message.id = (e.payload ->> 'message')::bigint
                    and exists (select from chat where chat.id = message.chat_id)
                    limit 1
                ) m on true
                order by position
                limit $2
            )
            select head.position as head, head.trimmed, entries.*
            from head
            left join entries on true
            order by entries.position
            """;

    // message_pkey, event_pkey
    private static final String READ = """
            with head as (
                select position, trimmed from log_clock
            ), messages as (
                select *
                from message
                where id > $1
                order by id
                limit $2
            ), events as (
                select *
                from event
                where position > $1
                order by position
                limit $2
            )""" + PAGE;

    // member_account_id and former_member_pkey, then message_chat_id and event_chat_id once for each chat;
    // event_account_id. Messages are bounded by chat and id together: by id alone Postgres may take message_pkey where
    // it knows of few chats, and go through what is in all the others
    private static final String READ_FOR = """
            with head as (
                select position, trimmed from log_clock
            ), membership as (
                select chat_id, joined_at, 9223372036854775807 as left_at
                from member
                where account_id = $3
                union all
                select chat_id, joined_at, left_at
                from former_member
                where account_id = $3 and left_at > $1
            ), messages as (
                select m.*
                from membership me
                cross join lateral (
                    select *
                    from message
                    where (message.chat_id, message.id) > (me.chat_id, greatest($1, me.joined_at))
                    and (message.chat_id, message.id) < (me.chat_id, me.left_at)
                    and (me.left_at = 9223372036854775807 or exists (select from chat where chat.id = me.chat_id))
                    order by message.chat_id, message.id
                    limit $2
                ) m
                order by m.id
                limit $2
            ), events as (
                (
                    select e.*
                    from membership me
                    cross join lateral (
                        select *
                        from event
                        where event.chat_id = me.chat_id
                        and event.position > $1 and event.position between me.joined_at and me.left_at
                        order by event.position
                        limit $2
                    ) e
                )
                union all
                (
                    select *
                    from event
                    where account_id = $3 and position > $1
                    order by position
                    limit $2
                )
                order by position
                limit $2
            )""" + PAGE;

    private final DatabaseClient database;
    private final EventCodec codec = new EventCodec();
    private final GroupReader<Boolean, Head> heads;
    private final NothingMissedStore nothingMissed;

    LogStore(DatabaseClient database) {
        this.database = database;
        this.heads = new GroupReader<>(GroupReader.OF_CONNECTIONS, this::heads);
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
        return page(database.sql(READ).bind("$1", after).bind("$2", limit), limit);
    }

    Mono<LogPage> readFor(AccountId reader, long after, int limit) {
        return page(database.sql(READ_FOR).bind("$1", after).bind("$2", limit).bind("$3", reader.value()), limit);
    }

    /// The page of one who has missed nothing since that position; empty if there may be something on it.
    Mono<LogPage> nothingFor(AccountId reader, long after) {
        return nothingMissed.page(reader, after);
    }

    private Mono<LogPage> page(DatabaseClient.GenericExecuteSpec query, int limit) {
        return Mono.defer(() -> {
            var groups = new HashMap<Long, ChatSnapshot>();
            return query.map(row -> entry(row, groups)).all().collectList().map(entries -> page(entries, limit));
        });
    }

    /// @param position absent in the one row of an empty page
    /// @param event    absent also where it can't be told any more
    private record Entry(
            long head,
            long trimmed,
            @Nullable Long position,
            @Nullable Event event) {}

    /// All rows come from one snapshot. Commit order is the order of positions, so a snapshot that sees the
    /// clock at a position sees everything up to it: a page that is not full reaches to the head.
    private static LogPage page(List<Entry> entries, int limit) {
        var events = entries.stream()
                .flatMap(entry -> Stream.ofNullable(entry.event()))
                .sorted(Comparator.comparingLong(Event::position))
                .toList();
        var first = entries.getFirst();
        var last = entries.getLast().position();
        return last == null || entries.size() < limit
                ? new LogPage(events, first.head(), false, first.trimmed())
                : new LogPage(events, last, true, first.trimmed());
    }

    private Entry entry(Readable row, Map<Long, ChatSnapshot> groups) {
        var position = row.get("position", Long.class);
        return new Entry(
                number(row, "head"),
                number(row, "trimmed"),
                position,
                position == null ? null : event(position, row, groups));
    }

    private @Nullable Event event(long position, Readable row, Map<Long, ChatSnapshot> groups) {
        var message = row.get("message_id", Long.class) == null ? null : MessageRow.read(row, "message_id");
        var type = row.get("type", String.class);
        if (type != null) {
            var stored = new EventCodec.Stored(type, text(row, "payload"));
            var besides = new EventCodec.Besides(message, row.get("group_payload", String.class), groups);
            var account = row.get("account_id", Long.class);
            return account == null
                    ? codec.decode(position, new ChatId(number(row, "chat_id")), stored, besides)
                    : codec.decode(position, new AccountId(account), stored);
        }
        return new MessageSent(MessageRow.present(message, "message_id"));
    }

    private static long number(Readable row, String column) {
        return MessageRow.present(row.get(column, Long.class), column);
    }

    private static String text(Readable row, String column) {
        return MessageRow.present(row.get(column, String.class), column);
    }
}
