package koine.log;

import io.r2dbc.spi.Readable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Event.MessageSent;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/// Pages of the log: of all of it, and of what concerns one account.
class LogPageStore {

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
    // event_account_id. They are bounded by chat and id together: by id alone Postgres may take message_pkey or
    // event_pkey where it knows of few chats, and go through what is in all the others
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
                        where event.chat_id is not null
                        and (event.chat_id, event.position) > (me.chat_id, greatest($1, me.joined_at - 1))
                        and (event.chat_id, event.position) <= (me.chat_id, me.left_at)
                        order by event.chat_id, event.position
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

    LogPageStore(DatabaseClient database) {
        this.database = database;
    }

    /// All that came after a position.
    Mono<LogPage> read(long after, int limit) {
        return page(database.sql(READ).bind("$1", after).bind("$2", limit), limit);
    }

    /// Of what came after a position what the reader is to be told.
    Mono<LogPage> readFor(AccountId reader, long after, int limit) {
        return page(database.sql(READ_FOR).bind("$1", after).bind("$2", limit).bind("$3", reader.value()), limit);
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
