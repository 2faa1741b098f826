package koine.message;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Message;
import koine.log.MessageRow;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;

/// Messages, tombstones included, by what their senders know of them.
@Repository
class SentMessageStore {

    // message_author_id_key, once for each author; member_pkey
    private static final String WITH_KEYS = """
            select *
            from message
            where author_id = any(coalesce($2, array(select account_id from member where chat_id = $1)))
            and key = any($3) and key is not null and chat_id = $1
            order by id
            limit 16
            """;

    /// Times rise with ids, so the first message at or after a time is found by halving the ids it may have: `low` is
    /// that of a message before it, and beyond `high` there is none.
    // message_chat_id, some 20 to 30 times, and then forwards
    private static final String AT = """
            with recursive search as (
                select 0::bigint as low, position as high
                from log_clock
                union all
                select case when next.created_at < $2 then next.id else s.low end,
                    case when next.created_at < $2 then s.high else s.middle end
                from (
                    select low, high, (low + high) / 2 as middle
                    from search
                    where low < high
                ) s
                left join lateral (
                    select id, created_at
                    from message
                    where chat_id = $1 and id > s.middle
                    order by id
                    limit 1
                ) next on true
            )
            select *
            from message
            where chat_id = $1 and id > (select max(low) from search)
            order by id
            limit $3
            """;

    // message_chat_id, backwards
    private static final String RECENT = """
            select *
            from (
                select *
                from message
                where chat_id = $1
                order by id desc
                limit $4
            ) newest
            where seq > $2 and seq <= $3
            order by id
            """;

    private final DatabaseClient database;

    SentMessageStore(DatabaseClient database) {
        this.database = database;
    }

    /// Those of a chat that were sent with one of these keys, by one of its members.
    ///
    /// @param author null for whichever member
    Flux<Message> withKeys(ChatId chat, @Nullable AccountId author, List<String> keys) {
        var statement = database.sql(WITH_KEYS).bind("$1", chat.value()).bind("$3", keys.toArray(String[]::new));
        return (author == null
                        ? statement.bindNull("$2", Long[].class)
                        : statement.bind("$2", new Long[] {author.value()}))
                .map(SentMessageStore::message)
                .all();
    }

    /// Those of a chat from a time on, ascending.
    Flux<Message> from(ChatId chat, Instant time, int limit) {
        return database.sql(AT)
                .bind("$1", chat.value())
                .bind("$2", Parameters.in(R2dbcType.TIMESTAMP_WITH_TIME_ZONE, time.atOffset(ZoneOffset.UTC)))
                .bind("$3", limit)
                .map(SentMessageStore::message)
                .all();
    }

    /// Those of a chat's newest whose numbers are in this range, ascending.
    ///
    /// @param after exclusive
    /// @param upTo  inclusive
    Flux<Message> recent(ChatId chat, long after, long upTo, int newest) {
        return database.sql(RECENT)
                .bind("$1", chat.value())
                .bind("$2", after)
                .bind("$3", upTo)
                .bind("$4", newest)
                .map(SentMessageStore::message)
                .all();
    }

    private static Message message(Readable row) {
        return MessageRow.read(row, "id");
    }
}
