package koine.message;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ChatType;
import koine.kernel.MessageId;
import koine.log.Message;
import koine.log.MessageRow;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The table of messages, but for their storing.
@Repository
class MessageStore {

    // message_pkey, chat_pkey: what a deleted chat has left is not there
    private static final String FIND = """
            select *
            from message
            where id = $1
            and exists (select from chat where chat.id = message.chat_id)
            """;

    /// The most messages of a page.
    static final int MAX_PAGE = 200;

    // message_chat_id; bounded by chat and id together, since by id alone Postgres may take message_pkey where it
    // knows of few chats, and go through what is in all the others. The inner limit is for the planner: of a limit that
    // it does not know it expects a tenth of all there is, takes the plan for any page for dear, and plans each anew
    private static final String AFTER = """
            select *
            from (
                select *
                from message
                where (chat_id, id) > ($1, $2) and (chat_id, id) <= ($1, 9223372036854775807) and deleted_at is null
                order by chat_id, id
                limit %d
            ) page
            order by chat_id, id
            limit $3
            """.formatted(MAX_PAGE);

    // message_chat_id, backwards
    private static final String BEFORE = """
            select *
            from (
                select *
                from message
                where (chat_id, id) < ($1, $2) and (chat_id, id) >= ($1, 0) and deleted_at is null
                order by chat_id desc, id desc
                limit %d
            ) page
            order by chat_id desc, id desc
            limit $3
            """.formatted(MAX_PAGE);

    // member_account_id, chat_pkey; where messages are kept, message_chat_id backwards to the first that has not been
    // delivered, and from there forwards, once for each chat in which there is one, without what came early, by
    // early_arrival_pkey; where they are not, pending_account_id and message_pkey
    private static final String UNDELIVERED = """
            with mine as (
                select member.chat_id, member.delivered_seq, chat.last_seq, chat.retention = 'until_delivered' as passing
                from member
                cross join lateral (
                    select type, last_seq, retention
                    from chat
                    where id = member.chat_id
                    limit 1
                ) chat
                where member.account_id = $1 and ($5::text is null or chat.type = $5::text)
            ), waiting as (
                select chat_id, delivered_seq, (
                    select id
                    from message
                    where (chat_id, id) <= (mine.chat_id, 9223372036854775807) and (chat_id, id) >= (mine.chat_id, 0)
                    order by chat_id desc, id desc
                    offset mine.last_seq - mine.delivered_seq - 1
                    limit 1
                ) as first_id
                from mine
                where last_seq > delivered_seq and not passing
            )
            (
                select m.*
                from waiting w
                cross join lateral (
                    select *
                    from message
                    where (chat_id, id) > (w.chat_id, greatest($2, w.first_id - 1)) and (chat_id, id) <= (w.chat_id, $3)
                    and seq > w.delivered_seq and author_id <> $1 and deleted_at is null
                    and not exists (
                        select
                        from early_arrival e
                        where e.chat_id = w.chat_id and e.account_id = $1 and e.seq = message.seq)
                    order by chat_id, id
                    limit $4
                ) m
            )
            union all
            (
                select m.*
                from mine
                cross join lateral (
                    select message.*
                    from pending p
                    join message on message.id = p.message_id
                    where p.account_id = $1 and p.chat_id = mine.chat_id and p.message_id > $2 and p.message_id <= $3
                    and message.deleted_at is null
                    order by p.message_id
                    limit $4
                ) m
                where mine.passing
            )
            order by id
            limit $4
            """;

    // message_pkey, chat_pkey, member_pkey, pending_pkey, early_arrival_pkey
    private static final String PENDING = """
            select message.id, m.account_id
            from message
            join chat c on c.id = message.chat_id
            join member me on me.chat_id = message.chat_id and me.account_id = $1
            join member m on m.chat_id = message.chat_id and m.account_id <> message.author_id
            where message.id = any($2) and message.deleted_at is null
            and case c.retention
                when 'keep' then m.delivered_seq < message.seq and m.joined_at < message.id
                and not exists (
                    select
                    from early_arrival e
                    where e.chat_id = message.chat_id and e.account_id = m.account_id and e.seq = message.seq)
                else exists (
                    select
                    from pending p
                    where p.chat_id = message.chat_id and p.message_id = message.id and p.account_id = m.account_id)
            end
            order by message.id, m.seniority
            """;

    // message_pkey; the fingerprint stays that of the body that was sent
    private static final String EDIT = """
            update message
            set contents = $2, edited_at = now.at, updated_at = now.at
            from (select clock_timestamp() as at) now
            where id = $1 and deleted_at is null
            returning message.*
            """;

    /// Nobody waits for it any more, and where messages go with that, so does its tombstone. Who is receiving it at
    /// this moment is not waited for.
    // message_pkey, message_text_pkey, pending_pkey
    private static final String DELETE = """
            with forgotten as (
                delete from message_text
                using message m
                where m.id = $1 and message_text.chat_id = m.chat_id and message_text.message_id = m.id
            ), released as (
                delete from pending
                using (
                    select p.chat_id, p.message_id, p.account_id
                    from message
                    join pending p on p.chat_id = message.chat_id and p.message_id = message.id
                    where message.id = $1
                    for update of p skip locked
                ) waiting
                where pending.chat_id = waiting.chat_id and pending.message_id = waiting.message_id
                and pending.account_id = waiting.account_id
            )
            update message
            set contents = null, kind = null, media_id = null, media = null, reply_to = null, fingerprint = null,
                deleted_at = clock_timestamp(), updated_at = clock_timestamp()
            where id = $1 and deleted_at is null
            """;

    private final DatabaseClient database;

    MessageStore(DatabaseClient database) {
        this.database = database;
    }

    /// That a message has not been received by somebody.
    record Waiting(MessageId message, AccountId account) {}

    Mono<Message> find(MessageId id) {
        return database.sql(FIND)
                .bind("$1", id.value())
                .map(MessageStore::message)
                .one();
    }

    /// Ascending.
    ///
    /// @param limit at most [#MAX_PAGE]
    Flux<Message> after(ChatId chat, long id, int limit) {
        return read(AFTER, chat, id, limit);
    }

    /// Descending.
    ///
    /// @param limit at most [#MAX_PAGE]
    Flux<Message> before(ChatId chat, long id, int limit) {
        return read(BEFORE, chat, id, limit);
    }

    /// What others wrote in the chats of the account and has not been delivered to it, ascending.
    ///
    /// @param type of the chats; null for all
    Flux<Message> undelivered(AccountId to, @Nullable ChatType type, long after, long upTo, int limit) {
        return database.sql(UNDELIVERED)
                .bind("$1", to.value())
                .bind("$2", after)
                .bind("$3", upTo)
                .bind("$4", limit)
                .bind(
                        "$5",
                        Parameters.in(
                                R2dbcType.VARCHAR,
                                type == null ? null : type.name().toLowerCase(Locale.ROOT)))
                .map(MessageStore::message)
                .all();
    }

    /// Who has not received these messages: for each message in the order in which they came into its chat.
    /// Messages of chats that the reader is not in are left out.
    Flux<Waiting> pending(AccountId reader, List<MessageId> messages) {
        return database.sql(PENDING)
                .bind("$1", reader.value())
                .bind("$2", messages.stream().map(MessageId::value).toArray(Long[]::new))
                .map(row -> new Waiting(
                        new MessageId(Objects.requireNonNull(row.get("id", Long.class))),
                        new AccountId(Objects.requireNonNull(row.get("account_id", Long.class)))))
                .all();
    }

    /// Gives the message as it is with the new contents; empty for a tombstone.
    Mono<Message> edit(MessageId id, String contents) {
        return database.sql(EDIT)
                .bind("$1", id.value())
                .bind("$2", contents)
                .map(MessageStore::message)
                .one();
    }

    /// Removes the contents, and all that belongs to them, and leaves a tombstone; false if that had been done before.
    Mono<Boolean> delete(MessageId id) {
        return database.sql(DELETE).bind("$1", id.value()).fetch().rowsUpdated().map(rows -> rows > 0);
    }

    private Flux<Message> read(String query, ChatId chat, long id, int limit) {
        if (limit > MAX_PAGE) {
            throw new IllegalArgumentException("a page of " + limit + " messages; the most are " + MAX_PAGE);
        }
        return database.sql(query)
                .bind("$1", chat.value())
                .bind("$2", id)
                .bind("$3", limit)
                .map(MessageStore::message)
                .all();
    }

    private static Message message(Readable row) {
        return MessageRow.read(row, "id");
    }
}
