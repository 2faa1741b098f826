package koine.message;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import java.time.Duration;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Message;
import koine.log.MessageRow;
import koine.log.Planning;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The index of words, and what is found by it.
@Repository
class SearchStore {

    /// Up to how many messages the words are in, anywhere, they are looked up in the index of words.
    private static final int RARE = 5_000;

    /// How many of the newest messages that are not in the index yet are looked through.
    private static final int TAIL = 5_000;

    /// Nobody writes what another server is writing. What is lost in a crash is written again, since the position is
    /// lost with it: no commit has to wait for the disk.
    private static final String HOLD = """
            select position, set_config('synchronous_commit', 'off', true),\s""" + Planning.BY_INDEX + """
            from indexed
            for update skip locked
            """;

    /// Messages of the positions after those that are in the index, and what was edited or deleted there of older ones.
    /// It is in the order of the log, so what it reads is at least as new as the position it notes.
    // message_pkey, chat_pkey, event_pkey, message_text_pkey
    private static final String INDEX = """
            with stretch as (
                select indexed.position as low, least(clock.position, indexed.position + $1) as high,
                    clock.position as head
                from indexed
                cross join log_clock clock
            ), sent as (
                select m.id, m.chat_id, m.contents
                from stretch
                cross join lateral (
                    select id, chat_id, contents
                    from message
                    where id > stretch.low and id <= stretch.high
                    order by id
                    limit $1
                ) m
                where m.contents is not null
            ), changed as (
                select distinct coalesce(e.payload ->> 'message', e.payload ->> 'id')::bigint as id
                from stretch
                cross join lateral (
                    select type, payload
                    from event
                    where position > stretch.low and position <= stretch.high
                    order by position
                    limit $1
                ) e
                where e.type in ('message.edited', 'message.deleted')
                and coalesce(e.payload ->> 'message', e.payload ->> 'id')::bigint <= stretch.low
            ), removed as (
                delete from message_text
                using changed, message m
                where m.id = changed.id and m.deleted_at is not null
                and message_text.chat_id = m.chat_id and message_text.message_id = m.id
            ), written as (
                insert into message_text (message_id, chat_id, words)
                select s.id, s.chat_id, to_tsvector('simple', s.contents)
                from sent s
                where (select c.retention from chat c where c.id = s.chat_id) = 'keep'
            ), rewritten as (
                update message_text t
                set words = to_tsvector('simple', m.contents)
                from changed
                join message m on m.id = changed.id
                where t.chat_id = m.chat_id and t.message_id = m.id and m.contents is not null
            ), noted as (
                update indexed
                set position = stretch.high
                from stretch
            )
            select head - high as behind
            from stretch
            """;

    private static final String LIMITS = """
            select set_config('statement_timeout', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true)
            """;

    // message_text_words
    private static final String COUNT = """
            select count(*) as count
            from (
                select
                from message_text
                where words @@ plainto_tsquery('simple', $1)
                limit $2
            ) found
            """;

    // member_account_id, chat_pkey
    private static final String MINE = """
            with mine as materialized (
                select m.chat_id
                from member m
                where m.account_id = $1 and ($3::bigint is null or m.chat_id = $3)
                and (select retention from chat where id = m.chat_id) = 'keep'
            ),
            """;

    /// An edit that the index does not know yet counts as it is.
    private static final String IS_AS_INDEXED = """
            m.deleted_at is null
            and (m.edited_at is null or to_tsvector('simple', m.contents) @@ plainto_tsquery('simple', $2))
            """;

    // message_text_words, message_pkey
    private static final String OF_RARE_WORDS = MINE + """
            found as materialized (
                select message_id, chat_id
                from message_text
                where words @@ plainto_tsquery('simple', $2)
            ), indexed_ones as (
                select m.*
                from found f
                join message m on m.id = f.message_id
                where f.message_id < $4 and f.chat_id in (select chat_id from mine)
                and\s""" + IS_AS_INDEXED + ")";

    // message_text_pkey, message_pkey
    private static final String OF_COMMON_WORDS = MINE + """
            indexed_ones as (
                select found.*
                from mine
                cross join lateral (
                    select m.*
                    from message_text t
                    join message m on m.id = t.message_id
                    where t.chat_id = mine.chat_id and t.message_id < $4
                    and t.words @@ plainto_tsquery('simple', $2)
                    and\s""" + IS_AS_INDEXED + """
                    order by t.message_id desc
                    limit $5
                ) found
            )""";

    // message_pkey, event_pkey
    private static final String WITH_THE_NEWEST = """
            , tail as (
                select id
                from (
                    select id
                    from message
                    where id > (select position from indexed) and id < $4
                    order by id desc
                    limit $6
                ) sent
                union
                select (payload ->> 'message')::bigint
                from (
                    select type, payload
                    from event
                    where position > (select position from indexed)
                    order by position desc
                    limit $6
                ) happened
                where type = 'message.edited'
            ), newest as (
                select m.*
                from tail
                join message m on m.id = tail.id
                where m.id < $4 and m.chat_id in (select chat_id from mine) and m.deleted_at is null
                and to_tsvector('simple', m.contents) @@ plainto_tsquery('simple', $2)
            )
            select * from indexed_ones
            union
            select * from newest
            order by id desc
            limit $5
            """;

    private static final String BY_RARE_WORDS = OF_RARE_WORDS + WITH_THE_NEWEST;

    private static final String BY_COMMON_WORDS = OF_COMMON_WORDS + WITH_THE_NEWEST;

    private final DatabaseClient database;
    private final TransactionalOperator transaction;

    SearchStore(DatabaseClient database, TransactionalOperator transaction) {
        this.database = database;
        this.transaction = transaction;
    }

    /// Takes up to so many positions of the log into the index; gives how many are left. Empty if another
    /// server is at it.
    Mono<Long> index(int positions) {
        return hold().flatMap(_ -> database.sql(INDEX)
                        .bind("$1", positions)
                        .map(row -> Objects.requireNonNull(row.get("behind", Long.class)))
                        .one())
                .as(transaction::transactional);
    }

    private Mono<Long> hold() {
        return database.sql(HOLD)
                .map(row -> Objects.requireNonNull(row.get("position", Long.class)))
                .one();
    }

    /// What is looked for.
    ///
    /// @param chat   null for all chats of the reader
    /// @param before the id before which they come
    record Wanted(AccountId reader, String words, @Nullable ChatId chat, long before, int limit) {}

    /// The newest messages with all of the words, in the reader's own chats.
    ///
    /// @param limit after which the database gives up
    Flux<Message> find(Wanted wanted, Duration limit) {
        return limits(limit)
                .then(Mono.defer(() -> count(wanted.words())))
                .flatMapMany(count -> find(wanted, count > RARE ? BY_COMMON_WORDS : BY_RARE_WORDS))
                .as(transaction::transactional);
    }

    private Mono<Void> limits(Duration limit) {
        return database.sql(LIMITS)
                .bind("$1", Long.toString(limit.toMillis()))
                .fetch()
                .rowsUpdated()
                .then();
    }

    private Mono<Long> count(String words) {
        return database.sql(COUNT)
                .bind("$1", words)
                .bind("$2", RARE + 1)
                .map(row -> Objects.requireNonNull(row.get("count", Long.class)))
                .one();
    }

    private Flux<Message> find(Wanted wanted, String query) {
        var chat = wanted.chat();
        return database.sql(query)
                .bind("$1", wanted.reader().value())
                .bind("$2", wanted.words())
                .bind("$3", Parameters.in(R2dbcType.BIGINT, chat == null ? null : chat.value()))
                .bind("$4", wanted.before())
                .bind("$5", wanted.limit())
                .bind("$6", TAIL)
                .map(row -> MessageRow.read(row, "id"))
                .all();
    }
}
