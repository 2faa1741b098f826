package koine.message;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.message.MarkStore.Marks;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;

/// Which single messages somebody has received.
@Repository
class ArrivalStore {

    /// How far back it is looked for messages that are missing where messages are kept: whoever is further behind
    /// receives the older ones first, or the mark stays.
    private static final int LOOK_BACK = 200;

    /// Over how many messages that came early a mark goes at once.
    private static final int LOOK_AHEAD = 1_000;

    /// Members are locked first, and passed over if somebody else writes them, as where marks are moved. A mark moves
    /// up to before the first message that is still missing. Where messages are kept that is the first one of
    /// others after the mark that is not among these and did not come early; what comes before its turn is written
    /// down, and if nothing is missing up to the newest of these the mark goes on over what came early right after
    /// it. Where messages are not kept, it is the first that still waits, and if none does, nothing is missing.
    // message_pkey, chat_pkey, member_pkey; pending_pkey, pending_account_id; message_chat_id, backwards;
    // early_arrival_pkey
    private static final String RECEIVE = """
            with wish as (
                select *
                from unnest($1, $2) as w (account_id, message_id)
            ), held as (
                select w.account_id, w.message_id, m.chat_id, m.delivered_seq, m.read_seq, msg.seq, c.last_seq,
                    c.retention = 'until_delivered' as passing
                from wish w
                join message msg on msg.id = w.message_id
                join chat c on c.id = msg.chat_id
                join member m on m.chat_id = msg.chat_id and m.account_id = w.account_id
                for update of m skip locked
            ), released as (
                delete from pending p
                using held h
                where p.chat_id = h.chat_id and p.message_id = h.message_id and p.account_id = h.account_id
            ), latest as (
                select account_id, chat_id, delivered_seq, last_seq, passing, max(message_id) as message_id, max(seq) as seq
                from held
                group by account_id, chat_id, delivered_seq, last_seq, passing
            ), counted as (
                select l.account_id, l.chat_id, greatest(l.delivered_seq, case when l.passing
                    then (
                        select coalesce(min(p.seq) - 1, l.last_seq)
                        from pending p
                        where p.account_id = l.account_id and p.chat_id = l.chat_id
                        and not exists (
                            select from held h where h.account_id = p.account_id and h.message_id = p.message_id)
                    )
                    else (
                        select case when min(x.seq) <= l.delivered_seq + 1 then
                            coalesce(min(x.seq) filter (
                                where x.seq > l.delivered_seq and x.author_id <> l.account_id and x.deleted_at is null
                                and not exists (
                                    select from held h where h.account_id = l.account_id and h.message_id = x.id)
                                and not exists (
                                    select
                                    from early_arrival e
                                    where e.chat_id = l.chat_id and e.account_id = l.account_id and e.seq = x.seq)
                            ) - 1, (
                                select coalesce(max(run.seq), l.seq)
                                from (
                                    select e.seq, l.seq + row_number() over (order by e.seq) as next_seq
                                    from early_arrival e
                                    where e.chat_id = l.chat_id and e.account_id = l.account_id and e.seq > l.seq
                                    order by e.seq
                                    limit $4
                                ) run
                                where run.seq = run.next_seq
                            ))
                        end
                        from (
                            select id, seq, author_id, deleted_at
                            from message
                            where (chat_id, id) <= (l.chat_id, l.message_id) and (chat_id, id) >= (l.chat_id, 0)
                            order by chat_id desc, id desc
                            limit $3
                        ) x
                    )
                end) as delivered
                from latest l
            ), moved as (
                update member m
                set delivered_seq = c.delivered
                from counted c
                where m.chat_id = c.chat_id and m.account_id = c.account_id and c.delivered > m.delivered_seq
            ), early as (
                insert into early_arrival (chat_id, account_id, seq)
                select h.chat_id, h.account_id, h.seq
                from held h
                join counted c on c.account_id = h.account_id and c.chat_id = h.chat_id
                where not h.passing and h.seq > c.delivered
                on conflict do nothing
            ), passed as (
                delete from early_arrival e
                using counted c
                where e.chat_id = c.chat_id and e.account_id = c.account_id and e.seq <= c.delivered
            )
            select w.account_id, w.message_id, h.chat_id, c.delivered, h.read_seq, c.delivered > h.delivered_seq as moved,
                h.chat_id is null and exists (
                    select
                    from message msg
                    join member m on m.chat_id = msg.chat_id
                    where msg.id = w.message_id and m.account_id = w.account_id) as busy
            from wish w
            left join held h on h.account_id = w.account_id and h.message_id = w.message_id
            left join counted c on c.account_id = h.account_id and c.chat_id = h.chat_id
            """;

    private final DatabaseClient database;

    ArrivalStore(DatabaseClient database) {
        this.database = database;
    }

    /// That an account has received a message.
    record Arrival(AccountId account, MessageId message) {}

    /// What became of it.
    sealed interface Result {

        Arrival arrival();

        /// @param marks   the member's, as they are now
        /// @param further whether that is further than before
        record Done(Arrival arrival, Marks marks, boolean further) implements Result {}

        /// Somebody else was writing the member's row.
        record Busy(Arrival arrival) implements Result {}

        /// There is no such message for them.
        record NotThere(Arrival arrival) implements Result {}
    }

    /// Notes what it can, in one commit.
    ///
    /// @param arrivals each at most once
    Flux<Result> receive(List<Arrival> arrivals) {
        return database.sql(RECEIVE)
                .bind(
                        "$1",
                        arrivals.stream().map(each -> each.account().value()).toArray(Long[]::new))
                .bind(
                        "$2",
                        arrivals.stream().map(each -> each.message().value()).toArray(Long[]::new))
                .bind("$3", LOOK_BACK)
                .bind("$4", LOOK_AHEAD)
                .map(ArrivalStore::result)
                .all();
    }

    private static Result result(Readable row) {
        var account = new AccountId(number(row, "account_id"));
        var arrival = new Arrival(account, new MessageId(number(row, "message_id")));
        var chat = row.get("chat_id", Long.class);
        if (chat == null) {
            return isTrue(row, "busy") ? new Result.Busy(arrival) : new Result.NotThere(arrival);
        }
        var marks = new Marks(account, new ChatId(chat), number(row, "delivered"), number(row, "read_seq"));
        return new Result.Done(arrival, marks, isTrue(row, "moved"));
    }

    private static long number(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, Long.class));
    }

    private static boolean isTrue(Readable row, String column) {
        return Boolean.TRUE.equals(row.get(column, Boolean.class));
    }
}
