package koine.friend;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.log.Person;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The table of friendships and of requests for them: one row for each of the two.
@Repository
class FriendshipStore {

    // friendship_pkey
    private static final String STANDING = """
            select coalesce(
                (select standing from friendship where account_id = $1 and other_id = $2), 'none') as standing
            """;

    private static final String SET = """
            insert into friendship (account_id, other_id, standing)
            values ($1, $2, $3), ($2, $1, $4)
            on conflict (account_id, other_id) do update
            set standing = excluded.standing, since = excluded.since
            """;

    // friendship_pkey, once for each of the two
    private static final String DELETE = """
            delete from friendship
            where (account_id = $1 and other_id = $2) or (account_id = $2 and other_id = $1)
            """;

    // friendship_pkey, once for each of the two
    private static final String END_SOME = """
            with ended as (
                delete from friendship
                where account_id = $1 and other_id in (
                    select other_id
                    from friendship
                    where account_id = $1
                    order by other_id
                    limit $2)
                returning other_id
            ), mirrored as (
                delete from friendship f
                using ended
                where f.account_id = ended.other_id and f.other_id = $1
            )
            select other_id
            from ended
            order by other_id
            """;

    // friendship_pkey: an account's rows, of which there are not many more than it has friends
    private static final String COUNT = """
            select count(*)
            from friendship
            where account_id = $1 and standing = $2
            """;

    // friendship_pkey, in its order
    private static final String FRIENDS = """
            select f.other_id as id, a.username
            from friendship f
            join account a on a.id = f.other_id
            where f.account_id = $1 and f.standing = 'friends' and f.other_id > $2
            order by f.other_id
            limit $3
            """;

    // friendship_pkey
    private static final String REQUESTS = """
            select f.other_id as id, a.username
            from friendship f
            join account a on a.id = f.other_id
            where f.account_id = $1 and f.standing = $2
            order by f.since desc, f.other_id desc
            """;

    // friendship_pkey
    private static final String FRIENDS_AMONG = """
            select other_id as id
            from friendship
            where account_id = $1 and other_id = any ($2) and standing = 'friends'
            """;

    private final DatabaseClient database;

    FriendshipStore(DatabaseClient database) {
        this.database = database;
    }

    /// Those of the others who are the account's friends.
    Flux<AccountId> friendsAmong(AccountId account, List<AccountId> others) {
        return database.sql(FRIENDS_AMONG)
                .bind("$1", account.value())
                .bind("$2", others.stream().map(AccountId::value).toArray(Long[]::new))
                .map(row -> new AccountId(Objects.requireNonNull(row.get("id", Long.class))))
                .all();
    }

    /// How the first stands with the second.
    Mono<Standing> standing(AccountId account, AccountId other) {
        return database.sql(STANDING)
                .bind("$1", account.value())
                .bind("$2", other.value())
                .map(row -> Standing.valueOf(text(row, "standing").toUpperCase(Locale.ROOT)))
                .one();
    }

    /// @param mine   how the first of the two stands with the other from now on
    /// @param theirs how the other does with the first
    Mono<Void> set(Pair pair, Standing mine, Standing theirs) {
        return database.sql(SET)
                .bind("$1", pair.me().id().value())
                .bind("$2", pair.other().id().value())
                .bind("$3", name(mine))
                .bind("$4", name(theirs))
                .then();
    }

    /// Whatever there was between the two is over; false if there was nothing.
    Mono<Boolean> delete(Pair pair) {
        return database.sql(DELETE)
                .bind("$1", pair.me().id().value())
                .bind("$2", pair.other().id().value())
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }

    /// Whatever there was between an account and some of the others it had anything with is over; gives these.
    Flux<AccountId> endSome(AccountId account, int limit) {
        return database.sql(END_SOME)
                .bind("$1", account.value())
                .bind("$2", limit)
                .map(row -> new AccountId(Objects.requireNonNull(row.get("other_id", Long.class))))
                .all();
    }

    /// With how many others an account stands like that.
    Mono<Long> count(AccountId account, Standing standing) {
        return database.sql(COUNT)
                .bind("$1", account.value())
                .bind("$2", name(standing))
                .map(row -> Objects.requireNonNull(row.get(0, Long.class)))
                .one();
    }

    /// In the order of their ids, those after this one.
    Flux<Person> friends(AccountId account, long after, int limit) {
        return database.sql(FRIENDS)
                .bind("$1", account.value())
                .bind("$2", after)
                .bind("$3", limit)
                .map(FriendshipStore::person)
                .all();
    }

    /// The newest first.
    Flux<Person> requests(AccountId account, Standing standing) {
        return database.sql(REQUESTS)
                .bind("$1", account.value())
                .bind("$2", name(standing))
                .map(FriendshipStore::person)
                .all();
    }

    static Person person(Readable row) {
        var id = Objects.requireNonNull(row.get("id", Long.class));
        return new Person(new AccountId(id), text(row, "username"));
    }

    private static String text(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, String.class), column);
    }

    private static String name(Standing standing) {
        return standing.name().toLowerCase(Locale.ROOT);
    }
}
