package koine.log;

import io.r2dbc.spi.Readable;
import java.util.List;
import koine.kernel.AccountId;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The table of names that have to go from events, and the events that have them.
@Repository
class ErasedNameStore {

    /// An event may have all members of a group.
    private static final int AT_A_TIME = 20;

    private static final String NOTE = """
            insert into erased_name (account_id, username)
            values ($1, $2)
            on conflict do nothing
            """;

    private static final String NOTED = """
            select account_id, username
            from erased_name
            """;

    private static final String DONE = """
            delete from erased_name
            where account_id = $1
            """;

    /// Events of messages have no names. Those that happened to another account name it as the other one, or as
    /// whose doing they are: for them the log is passed over once, which is as rare as an account is erased.
    // event_pkey in its order; member_account_id and former_member_pkey
    private static final String NAMING = """
            select position, payload::text as payload
            from event
            where (
                chat_id in (
                    select chat_id from member where account_id = $1
                    union
                    select chat_id from former_member where account_id = $1
                )
                or account_id is not null
                and $1 in ((payload -> 'other' -> 'id')::bigint, (payload -> 'from' -> 'id')::bigint)
            )
            and position > $2 and payload::text like '%"username"%'
            order by position
            limit $3
            for update
            """;

    // event_pkey
    private static final String REPLACE = """
            update event
            set payload = renamed.payload::jsonb
            from unnest($1, $2) as renamed (position, payload)
            where event.position = renamed.position
            """;

    private final DatabaseClient database;
    private final TransactionalOperator transaction;
    private final EventCodec codec = new EventCodec();

    ErasedNameStore(DatabaseClient database, TransactionalOperator transaction) {
        this.database = database;
        this.transaction = transaction;
    }

    /// @param username in place of the one that stands in the events
    record Noted(AccountId account, String username) {}

    private record Entry(long position, String payload) {}

    Mono<Void> note(AccountId account, String username) {
        return database.sql(NOTE)
                .bind("$1", account.value())
                .bind("$2", username)
                .then();
    }

    Flux<Noted> noted() {
        return database.sql(NOTED)
                .map(row -> new Noted(new AccountId(number(row, "account_id")), text(row, "username")))
                .all();
    }

    Mono<Void> done(AccountId account) {
        return database.sql(DONE).bind("$1", account.value()).then();
    }

    /// Renames the account in some of the events after the position; gives that of the last of them, or
    /// nothing if there are no more.
    Mono<Long> renameAfter(Noted noted, long position) {
        return transaction.transactional(naming(noted, position)
                .collectList()
                .filter(entries -> !entries.isEmpty())
                .delayUntil(this::replace)
                .map(entries -> entries.getLast().position()));
    }

    private Flux<Entry> naming(Noted noted, long after) {
        return database.sql(NAMING)
                .bind("$1", noted.account().value())
                .bind("$2", after)
                .bind("$3", AT_A_TIME)
                .map(row -> new Entry(
                        number(row, "position"),
                        codec.renamed(text(row, "payload"), noted.account(), noted.username())))
                .all();
    }

    private Mono<Void> replace(List<Entry> entries) {
        return database.sql(REPLACE)
                .bind("$1", entries.stream().map(Entry::position).toArray(Long[]::new))
                .bind("$2", entries.stream().map(Entry::payload).toArray(String[]::new))
                .then();
    }

    private static long number(Readable row, String column) {
        return MessageRow.present(row.get(column, Long.class), column);
    }

    private static String text(Readable row, String column) {
        return MessageRow.present(row.get(column, String.class), column);
    }
}
