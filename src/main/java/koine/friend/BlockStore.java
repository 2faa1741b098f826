package koine.friend;

import java.util.Collection;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.log.Person;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The table of who blocks whom.
@Repository
class BlockStore {

    private static final String INSERT = """
            insert into block (account_id, other_id)
            values ($1, $2)
            on conflict do nothing
            """;

    // block_pkey
    private static final String DELETE = """
            delete from block
            where account_id = $1 and other_id = $2
            """;

    // block_pkey, block_other_id
    private static final String FORGET = """
            delete from block
            where account_id = $1 or other_id = $1
            """;

    // block_pkey
    private static final String COUNT = """
            select count(*)
            from block
            where account_id = $1
            """;

    // block_pkey, in its order
    private static final String LIST = """
            select b.other_id as id, a.username
            from block b
            join account a on a.id = b.other_id
            where b.account_id = $1 and b.other_id > $2
            order by b.other_id
            limit $3
            """;

    // block_pkey, twice for each of the others
    private static final String APART = """
            select o.id
            from unnest($2) as o (id)
            where exists (select from block b where b.account_id = $1 and b.other_id = o.id)
            or exists (select from block b where b.account_id = o.id and b.other_id = $1)
            """;

    // block_pkey, block_other_id
    private static final String ALL_APART = """
            select other_id as id from block where account_id = $1
            union
            select account_id from block where other_id = $1
            """;

    private final DatabaseClient database;

    BlockStore(DatabaseClient database) {
        this.database = database;
    }

    /// False if it was there before.
    Mono<Boolean> insert(AccountId account, AccountId other) {
        return change(INSERT, account, other);
    }

    /// False if there was none.
    Mono<Boolean> delete(AccountId account, AccountId other) {
        return change(DELETE, account, other);
    }

    /// Removes all that the account is in, on either side.
    Mono<Void> forget(AccountId account) {
        return database.sql(FORGET).bind("$1", account.value()).then();
    }

    Mono<Long> count(AccountId account) {
        return database.sql(COUNT)
                .bind("$1", account.value())
                .map(row -> Objects.requireNonNull(row.get(0, Long.class)))
                .one();
    }

    /// In the order of their ids, those after this one.
    Flux<Person> list(AccountId account, long after, int limit) {
        return database.sql(LIST)
                .bind("$1", account.value())
                .bind("$2", after)
                .bind("$3", limit)
                .map(FriendshipStore::person)
                .all();
    }

    /// Those of the others who block the account, or whom it blocks.
    Flux<AccountId> apart(AccountId account, Collection<AccountId> others) {
        return database.sql(APART)
                .bind("$1", account.value())
                .bind("$2", others.stream().map(AccountId::value).toArray(Long[]::new))
                .map(row -> new AccountId(Objects.requireNonNull(row.get("id", Long.class))))
                .all();
    }

    /// All who block the account, or whom it blocks.
    Flux<AccountId> apart(AccountId account) {
        return database.sql(ALL_APART)
                .bind("$1", account.value())
                .map(row -> new AccountId(Objects.requireNonNull(row.get("id", Long.class))))
                .all();
    }

    private Mono<Boolean> change(String statement, AccountId account, AccountId other) {
        return database.sql(statement)
                .bind("$1", account.value())
                .bind("$2", other.value())
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }
}
