package koine.durability;

import static org.assertj.core.api.Assertions.assertThat;

/// Looks into the tables for what the log promises.
public final class LogAudit {

    private final Sql sql;

    public LogAudit(Sql sql) {
        this.sql = sql;
    }

    public long clock() {
        return sql.number("select position from log_clock");
    }

    /// From the position after this one to the clock each position is there, in one of the two tables.
    public void assertNoHoles(long after) {
        var positions = sql.numbers("""
                select id from message where id > ?
                union all
                select position from event where position > ?
                order by 1
                """, after, after);
        var clock = clock();

        assertThat(positions).hasSize(Math.toIntExact(clock - after));
        for (int i = 0; i < positions.size(); i++) {
            assertThat(positions.get(i)).isEqualTo(after + 1 + i);
        }
    }

    /// In each chat the messages are numbered 1, 2, 3, … in the order of their ids, and the chat knows the last
    /// number and the last message.
    public void assertSeqsHaveNoHoles() {
        var wrong = sql.texts("""
                select format('chat %s: message %s has seq %s, not %s', chat_id, id, seq, n)
                from (select *, row_number() over (partition by chat_id order by id) as n from message) numbered
                where seq <> n
                """);
        var wrongChats = sql.texts("""
                select format('chat %s: last_seq %s, messages %s', c.id, c.last_seq, count(m.id))
                from chat c
                left join message m on m.chat_id = c.id
                group by c.id
                having c.last_seq <> count(m.id)
                    or c.last_message_id is distinct from max(m.id) filter (where m.deleted_at is null)
                """);

        assertThat(wrong).isEmpty();
        assertThat(wrongChats).isEmpty();
    }

    /// Times rise with the ids, as each of them tells which message is newer.
    public void assertTimesRise() {
        assertThat(sql.texts("""
                select format('message %s: %s after %s', id, created_at, before)
                from (select id, created_at, lag(created_at) over (order by id) as before from message) timed
                where created_at <= before
                """)).isEmpty();
    }
}
