package koine.chat;

import java.time.Duration;
import koine.log.Planning;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/// Brings the order in which accounts list their chats up to the log.
///
/// What it keeps true: the rows of a chat in `listed_chat` have its time, unless it had a message after the position
/// in `listing`, or stands in `busy_chat`. Whoever comes to a chat gets its time in the transaction that lets them in.
@Repository
class ListingStore {

    /// One server at a time; so the statement after it sees what the one before has done. Rows are found by the
    /// indexes, however many the planner expects.
    private static final String HOLD = """
            select position,\s""" + Planning.BY_INDEX + """
            from listing
            for update skip locked
            """;

    /// The chats of a stretch of messages, as many as have no more than so many members together; those with many
    /// members are put aside. All in one snapshot, so the times are at least as new as the position. Rows that are
    /// being deleted are not waited for: then the stretch is done again, in case they stay.
    // message_pkey, listed_chat_pkey, chat_pkey
    private static final String SPREAD = """
            with stretch as (
                select listing.position as low, least(clock.position, listing.position + $1) as high, clock.position as head
                from listing
                cross join log_clock clock
            ), moved as (
                select m.chat_id, min(m.id) as first_id
                from stretch
                cross join lateral (
                    select id, chat_id
                    from message
                    where id > stretch.low and id <= stretch.high
                    order by id
                    limit $1
                ) m
                group by m.chat_id
            ), sized as materialized (
                select chat_id, first_id, (
                    select count(*)
                    from (
                        select
                        from listed_chat
                        where listed_chat.chat_id = moved.chat_id
                        limit $2 + 1
                    ) counted
                ) as members
                from moved
            ), weighed as (
                select *, members > $2 as is_big,
                    sum(case when members > $2 then 1 else members end) over (order by first_id) as rows
                from sized
            ), taken as (
                select low, head, coalesce((select min(first_id) - 1 from weighed where rows > $3), high) as high
                from stretch
            ), stale as (
                select l.chat_id, l.account_id, c.active_at
                from weighed w
                join chat c on c.id = w.chat_id
                join listed_chat l on l.chat_id = c.id
                where w.rows <= $3 and not w.is_big and l.active_at <> c.active_at
            ), held as (
                select s.*
                from stale s
                join listed_chat l on l.chat_id = s.chat_id and l.account_id = s.account_id
                for update of l skip locked
            ), spread as (
                update listed_chat l
                set active_at = h.active_at
                from held h
                where l.chat_id = h.chat_id and l.account_id = h.account_id
            ), put_aside as (
                insert into busy_chat (chat_id, due_at)
                select chat_id, now() + $4 * interval '1 second'
                from weighed
                where rows <= $3 and is_big
                order by chat_id
                on conflict do nothing
            ), done as (
                select (select count(*) from stale) = (select count(*) from held) as done
            ), noted as (
                update listing
                set position = taken.high
                from taken, done
                where done.done
            )
            select head - case when done then high else low end as behind, done
            from taken
            cross join done
            """;

    /// A part of the chat that has been due for longest. It is there no more when all of its rows have its time in
    /// one snapshot; else it is continued a second later.
    // listed_chat_pkey, chat_pkey, busy_chat_pkey; no index for what is due: they are few
    private static final String SPREAD_BUSY = """
            with due as (
                select chat_id
                from busy_chat
                where due_at <= now()
                order by due_at
                limit 1
            ), stale as (
                select l.chat_id, l.account_id, c.active_at
                from due
                join chat c on c.id = due.chat_id
                join listed_chat l on l.chat_id = c.id
                where l.active_at <> c.active_at
                limit $1
            ), held as (
                select s.*
                from stale s
                join listed_chat l on l.chat_id = s.chat_id and l.account_id = s.account_id
                for update of l skip locked
            ), spread as (
                update listed_chat l
                set active_at = h.active_at
                from held h
                where l.chat_id = h.chat_id and l.account_id = h.account_id
            ), done as (
                select due.chat_id, (select count(*) from stale) < $1
                    and (select count(*) from stale) = (select count(*) from held) as done
                from due
            ), removed as (
                delete from busy_chat b
                using done
                where b.chat_id = done.chat_id and done.done
            ), put_off as (
                update busy_chat b
                set due_at = now() + interval '1 second'
                from done
                where b.chat_id = done.chat_id and not done.done
            )
            select count(*) as count
            from due
            """;

    private final DatabaseClient database;
    private final TransactionalOperator transaction;

    ListingStore(DatabaseClient database, TransactionalOperator transaction) {
        this.database = database;
        this.transaction = transaction;
    }

    /// How much at a time.
    ///
    /// @param positions of the log
    /// @param many      members from which on a chat is put aside
    /// @param rows      of members, at least `many`
    /// @param rest      for which a chat is put aside, in whole seconds
    record Slice(int positions, int many, int rows, Duration rest) {}

    /// @param behind how many positions of the log are left
    /// @param done   false if somebody was leaving one of the chats, so that it has to be tried again
    record Progress(long behind, boolean done) {}

    /// Takes some of the log into account. Empty if another server is at it.
    Mono<Progress> spread(Slice slice) {
        return hold().flatMap(_ -> database.sql(SPREAD)
                        .bind("$1", slice.positions())
                        .bind("$2", slice.many())
                        .bind("$3", slice.rows())
                        .bind("$4", slice.rest().toSeconds())
                        .map(row -> new Progress(
                                Rows.number(row, "behind"), Boolean.TRUE.equals(row.get("done", Boolean.class))))
                        .one())
                .as(transaction::transactional);
    }

    /// Takes some of a chat with many members into account; gives whether there was one that was due. Empty if
    /// another server is at it.
    Mono<Boolean> spreadBusy(int rows) {
        return hold().flatMap(_ -> database.sql(SPREAD_BUSY)
                        .bind("$1", rows)
                        .map(row -> Rows.number(row, "count") > 0)
                        .one())
                .as(transaction::transactional);
    }

    private Mono<Long> hold() {
        return database.sql(HOLD).map(row -> Rows.number(row, "position")).one();
    }
}
