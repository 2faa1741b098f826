package koine.chat;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.ZoneOffset;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Message;
import koine.log.MessageRow;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Chats as their members see them, one by one and as lists.
@Repository
class SummaryStore {

    /// A chat's last message. Where messages go when they are delivered, those that are left are those that
    /// somebody waits for, and the newest of them need not be the newest that was sent.
    // message_pkey; pending_pkey, backwards, for the latter kind of chats only
    private static final String LAST_MESSAGE = """
            left join message m on m.deleted_at is null and m.id = case c.retention
                when 'keep' then c.last_message_id
                else (select max(message_id) from pending where pending.chat_id = c.id)
            end
            """;

    private static final String SUMMARY = """
            select c.id as chat_id, c.type, c.name, c.bio, c.key as chat_key, c.last_seq, c.active_at,
                c.created_at as chat_created_at, c.updated_at as chat_updated_at,
                greatest(c.last_seq - me.read_seq, 0) as unread,
                m.id as message_id, m.author_id, m.seq, m.kind, m.contents, m.media, m.reply_to, m.key,
                m.created_at, m.updated_at, m.edited_at, m.deleted_at
            """;

    /// Nothing is unread.
    // chat_pkey
    private static final String FIND_OPEN = SUMMARY + """
            from chat c
            cross join lateral (select c.last_seq as read_seq) me
            """ + LAST_MESSAGE + """
            where c.id = $1
            """;

    // member_pkey, chat_pkey, message_pkey
    private static final String FIND = SUMMARY + """
            from member me
            join chat c on c.id = me.chat_id
            """ + LAST_MESSAGE + """
            where me.account_id = $1 and me.chat_id = $2
            """;

    /// The page is chosen among two kinds of chats: those that had a message which their rows in `listed_chat` do not
    /// show yet, which are looked at each, and of the others the first in the order of these rows, which are true.
    /// If there are too many messages of that kind, all chats of the account are looked at instead.
    ///
    /// Every chat as recently active as the last of the page is on the page as well. Selections of one row are
    /// limited to it, the chats that moved come by an array, and the inner limit is hidden, so that the planner
    /// expects few and never reads all chats of an account for a page.
    // message_pkey; member_pkey, chat_pkey; listed_chat_order; member_account_id instead of these, if it must be
    static final String PAGE = """
            with reach as materialized (
                select listing.position, clock.position - listing.position <= 5000 as is_near
                from listing
                cross join log_clock clock
            ), moved as materialized (
                select unnest(array(
                    select chat_id
                    from (
                        select chat_id
                        from message
                        where id > (select position from reach) and (select is_near from reach)
                        order by id
                        limit 5000
                    ) sent
                    union
                    select chat_id
                    from busy_chat
                    where (select is_near from reach)
                )) as chat_id
            ), candidate as (
                select c.id as chat_id, c.active_at
                from moved
                cross join lateral (
                    select chat_id
                    from member
                    where chat_id = moved.chat_id and account_id = $1
                    limit 1
                ) me
                cross join lateral (
                    select id, active_at
                    from chat
                    where id = me.chat_id
                    limit 1
                ) c
                where c.active_at < coalesce($2::timestamptz, 'infinity')
                union all
                (
                    select chat_id, active_at
                    from listed_chat
                    where account_id = $1 and active_at < coalesce($2::timestamptz, 'infinity')
                    and (select is_near from reach) and chat_id not in (select chat_id from moved)
                    order by active_at desc
                    fetch first (select $3::bigint) rows with ties
                )
                union all
                select c.id, c.active_at
                from member me
                cross join lateral (
                    select id, active_at
                    from chat
                    where id = me.chat_id
                    limit 1
                ) c
                where me.account_id = $1 and c.active_at < coalesce($2::timestamptz, 'infinity') and not (select is_near from reach)
            ), page as (
                select chat_id
                from candidate
                order by active_at desc
                fetch first $3 rows with ties
            )
            """;

    // member_pkey, chat_pkey, message_pkey, once for each chat of the page
    private static final String LIST = PAGE + SUMMARY + """
            from page
            cross join lateral (
                select *
                from member
                where chat_id = page.chat_id and account_id = $1
                limit 1
            ) me
            cross join lateral (
                select *
                from chat
                where id = page.chat_id
                limit 1
            ) c
            """ + LAST_MESSAGE + """
            order by c.active_at desc, chat_id desc
            """;

    // member_pkey, account_pkey
    private static final String MEMBERS = """
            select m.account_id, (select username from account where id = m.account_id) as username, m.role,
                m.delivered_seq, m.read_seq
            from member m
            where m.chat_id = $1
            order by m.seniority
            """;

    private final DatabaseClient database;

    SummaryStore(DatabaseClient database) {
        this.database = database;
    }

    /// Empty unless the account is a member.
    Mono<Chat> find(AccountId member, ChatId chat) {
        return database.sql(FIND)
                .bind("$1", member.value())
                .bind("$2", chat.value())
                .map(SummaryStore::chat)
                .one();
    }

    /// Whoever asks.
    Mono<Chat> findOpen(ChatId chat) {
        return database.sql(FIND_OPEN)
                .bind("$1", chat.value())
                .map(SummaryStore::chat)
                .one();
    }

    /// The chats last active before the time, or all for null; the most recently active first.
    Flux<Chat> list(AccountId member, @Nullable Instant before, int limit) {
        var time = before == null ? null : before.atOffset(ZoneOffset.UTC);
        return database.sql(LIST)
                .bind("$1", member.value())
                .bind("$2", Parameters.in(R2dbcType.TIMESTAMP_WITH_TIME_ZONE, time))
                .bind("$3", limit)
                .map(SummaryStore::chat)
                .all();
    }

    Flux<Member> members(ChatId chat) {
        return database.sql(MEMBERS)
                .bind("$1", chat.value())
                .map(row -> new Member(
                        new AccountId(Rows.number(row, "account_id")),
                        Rows.text(row, "username"),
                        Rows.role(row),
                        Rows.number(row, "delivered_seq"),
                        Rows.number(row, "read_seq")))
                .all();
    }

    private static Chat chat(Readable row) {
        return new Chat(
                Rows.chat(row, "chat_id"),
                Rows.type(row),
                row.get("name", String.class),
                row.get("bio", String.class),
                row.get("chat_key", String.class),
                Rows.time(row, "chat_created_at"),
                Rows.time(row, "chat_updated_at"),
                lastMessage(row),
                Rows.number(row, "last_seq"),
                Rows.number(row, "unread"),
                Rows.time(row, "active_at"));
    }

    private static @Nullable Message lastMessage(Readable row) {
        return row.get("message_id", Long.class) == null ? null : MessageRow.read(row, "message_id");
    }
}
