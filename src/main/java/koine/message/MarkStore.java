package koine.message;

import java.util.List;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Signal.ReceiptMoved.Before;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The two marks of each member: up to where it has received and read its chat.
@Repository
class MarkStore {

    /// Rows that somebody else is writing are passed over, to be tried again: so this never waits for a member while
    /// it holds one, and can't be part of a deadlock with the writer of messages, which moves authors' marks. What
    /// waits for a member goes only by whoever holds that member's row. It is released up to the number that was
    /// said, also where the mark is there already: sending moves that too, and does not tell what was received.
    // member_pkey, chat_pkey; pending_account_id, early_arrival_pkey
    private static final String MOVE = """
            with wish as (
                select *
                from unnest($1, $2, $3, $4) as w (chat_id, account_id, delivered, read)
            ), held as (
                select m.chat_id, m.account_id, m.delivered_seq, m.read_seq,
                    greatest(m.delivered_seq, least(w.delivered, c.last_seq)) as delivered,
                    greatest(m.read_seq, least(w.read, c.last_seq)) as read,
                    w.delivered as received, c.retention = 'until_delivered' as passing
                from wish w
                join member m on m.chat_id = w.chat_id and m.account_id = w.account_id
                join chat c on c.id = w.chat_id
                for update of m skip locked
            ), moved as (
                update member m
                set delivered_seq = h.delivered, read_seq = h.read
                from held h
                where m.chat_id = h.chat_id and m.account_id = h.account_id
                and (h.delivered > h.delivered_seq or h.read > h.read_seq)
            ), released as (
                delete from pending p
                using held h
                where h.passing and p.account_id = h.account_id and p.chat_id = h.chat_id and p.seq <= h.received
            ), passed as (
                delete from early_arrival e
                using held h
                where not h.passing and h.delivered > h.delivered_seq
                and e.chat_id = h.chat_id and e.account_id = h.account_id and e.seq <= h.delivered
            )
            select w.chat_id, w.account_id, h.delivered, h.read, h.delivered_seq, h.read_seq,
                coalesce(h.delivered > h.delivered_seq or h.read > h.read_seq, false) as moved,
                h.chat_id is null and exists (
                    select from member m where m.chat_id = w.chat_id and m.account_id = w.account_id) as busy
            from wish w
            left join held h on h.chat_id = w.chat_id and h.account_id = w.account_id
            """;

    /// Where messages are kept, as many are newer than the mark as there are numbers after it; where they go, fewer.
    // member_pkey, chat_pkey; message_chat_id, backwards to the message that was read last
    private static final String LAST_READ = """
            select me.read_seq, (
                select id
                from message
                where (chat_id, id) <= (me.chat_id, 9223372036854775807) and (chat_id, id) >= (me.chat_id, 0)
                order by chat_id desc, id desc
                offset greatest(c.last_seq - me.read_seq, 0)
                limit 1
            ) as id
            from member me
            join chat c on c.id = me.chat_id
            where me.chat_id = $1 and me.account_id = $2
            """;

    private final DatabaseClient database;

    MarkStore(DatabaseClient database) {
        this.database = database;
    }

    /// Marks of one member: up to where it has received and read its chat, or wishes to have.
    record Marks(AccountId account, ChatId chat, long delivered, long read) {

        Marks and(Marks other) {
            return new Marks(account, chat, Math.max(delivered, other.delivered), Math.max(read, other.read));
        }
    }

    /// What became of a wish.
    sealed interface Result {

        Marks marks();

        /// @param marks  as they are now
        /// @param before as they were
        /// @param moved  whether that is further than before
        record Done(Marks marks, Before before, boolean moved) implements Result {}

        /// Somebody else was writing the row.
        record Busy(Marks marks) implements Result {}

        /// There is no such member.
        record NoMember(Marks marks) implements Result {}
    }

    /// Empty for one who is no member.
    Mono<LastRead> lastRead(AccountId account, ChatId chat) {
        return database.sql(LAST_READ)
                .bind("$1", chat.value())
                .bind("$2", account.value())
                .map(row -> new LastRead(
                        Objects.requireNonNullElse(row.get("id", Long.class), 0L),
                        Objects.requireNonNull(row.get("read_seq", Long.class))))
                .one();
    }

    /// Moves marks forwards, never backwards and never past the newest message; all that can be, in one commit.
    /// Where messages are kept until they are delivered, the members have received them up to there.
    ///
    /// @param wishes at most one for each member
    Flux<Result> move(List<Marks> wishes) {
        return database.sql(MOVE)
                .bind("$1", wishes.stream().map(wish -> wish.chat().value()).toArray(Long[]::new))
                .bind("$2", wishes.stream().map(wish -> wish.account().value()).toArray(Long[]::new))
                .bind("$3", wishes.stream().map(Marks::delivered).toArray(Long[]::new))
                .bind("$4", wishes.stream().map(Marks::read).toArray(Long[]::new))
                .map(row -> {
                    var account = new AccountId(Objects.requireNonNull(row.get("account_id", Long.class)));
                    var chat = new ChatId(Objects.requireNonNull(row.get("chat_id", Long.class)));
                    var delivered = row.get("delivered", Long.class);
                    if (delivered == null) {
                        var marks = new Marks(account, chat, 0, 0);
                        return Boolean.TRUE.equals(row.get("busy", Boolean.class))
                                ? new Result.Busy(marks)
                                : new Result.NoMember(marks);
                    }
                    var read = Objects.requireNonNull(row.get("read", Long.class));
                    return (Result) new Result.Done(
                            new Marks(account, chat, delivered, read),
                            new Before(
                                    Objects.requireNonNull(row.get("delivered_seq", Long.class)),
                                    Objects.requireNonNull(row.get("read_seq", Long.class))),
                            Boolean.TRUE.equals(row.get("moved", Boolean.class)));
                })
                .all();
    }
}
