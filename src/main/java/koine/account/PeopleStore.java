package koine.account;

import io.r2dbc.spi.Readable;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;
import koine.kernel.AccountId;
import koine.log.GroupReader;
import koine.log.Person;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Finding people, and what they are called.
@Repository
class PeopleStore {

    // account_pkey
    private static final String USERNAMES = """
            select id, username
            from account
            where id = any ($1) and erased_at is null
            """;

    // account_pkey
    private static final String SHOWN_NAMES = """
            select id, username
            from account
            where id = any ($1)
            """;

    // account_username_key
    private static final String NAMED = """
            select id, username
            from account
            where username_key = $1 and erased_at is null
            """;

    // account_phone
    private static final String FIND_BY_PHONE = """
            select id
            from account
            where phone = $1 and erased_at is null
            """;

    // account_pkey
    private static final String PHONES = """
            select id, phone
            from account
            where id = any ($1) and phone is not null
            """;

    // account_pkey, in its order
    private static final String LIST = """
            select *
            from account
            where id > $1 and id <> all ($2) and erased_at is null
            order by id
            limit $3
            """;

    /// Of less than three characters there are no trigrams to find what has them somewhere.
    // account_username_prefix, from $1 up to $2; then account_username_trigrams, twice
    static final String SEARCH = """
            select id, username
            from (
                (
                    select 1 as place, 0 as distance, id, username, username_key
                    from account
                    where username_key ~>=~ $1 and username_key ~<~ $2 and id <> all ($3) and erased_at is null
                    order by username_key using ~<~
                    limit $4
                )
                union all
                (
                    select 2, 1 - similarity(username_key, $1), id, username, username_key
                    from account
                    where length($1) >= 3 and username_key like $5 and not username_key ^@ $1
                    and id <> all ($3) and erased_at is null
                    order by 2, username_key using ~<~
                    limit $4
                )
                union all
                (
                    select 3, 1 - similarity(username_key, $1), id, username, username_key
                    from account
                    where username_key % $1 and not username_key ^@ $1
                    and not (length($1) >= 3 and username_key like $5) and id <> all ($3) and erased_at is null
                    order by 2, username_key using ~<~
                    limit $4
                )
            ) as found
            order by place, distance, username_key using ~<~
            limit $4
            """;

    /// What patterns have for other characters.
    private static final Pattern WILD = Pattern.compile("[%_\\\\]");

    /// Sorts after everything that a name can go on with.
    private static final String LAST = Character.toString(Character.MAX_CODE_POINT);

    private final DatabaseClient database;
    private final GroupReader<AccountId, String> usernames =
            new GroupReader<>(GroupReader.OF_CONNECTIONS, this::usernames);
    private final GroupReader<AccountId, String> shownNames =
            new GroupReader<>(ids -> texts(SHOWN_NAMES, ids, "username"));

    PeopleStore(DatabaseClient database) {
        this.database = database;
    }

    /// Empty if there is no such account, or no longer; not within a transaction.
    Mono<String> usernameOf(AccountId id) {
        return usernames.read(id);
    }

    /// Without those that were erased.
    Mono<Map<AccountId, String>> usernames(Collection<AccountId> ids) {
        return texts(USERNAMES, ids, "username");
    }

    /// With those that were erased; not within a transaction.
    Mono<Map<AccountId, String>> shownNames(Collection<AccountId> ids) {
        return shownNames.readAll(ids);
    }

    /// Empty if nobody is called that.
    Mono<Person> named(String username) {
        return database.sql(NAMED)
                .bind("$1", Names.key(username))
                .map(PeopleStore::person)
                .one();
    }

    /// Empty if it is nobody's.
    Mono<AccountId> findByPhone(String phone) {
        return database.sql(FIND_BY_PHONE).bind("$1", phone).map(Rows::id).one();
    }

    /// Of those that have one.
    Mono<Map<AccountId, String>> phones(Collection<AccountId> ids) {
        return texts(PHONES, ids, "phone");
    }

    /// Those whose name begins with the text, then those whose name has it, then those whose name is like it.
    Flux<Person> search(String text, Collection<AccountId> except, int limit) {
        var key = Names.key(text);
        return database.sql(SEARCH)
                .bind("$1", key)
                .bind("$2", key + LAST)
                .bind("$3", values(except))
                .bind("$4", limit)
                .bind("$5", "%" + WILD.matcher(key).replaceAll("\\\\$0") + "%")
                .map(PeopleStore::person)
                .all();
    }

    /// Those with a greater id, in the order of ids.
    Flux<Account> list(long after, Collection<AccountId> except, int limit) {
        return database.sql(LIST)
                .bind("$1", after)
                .bind("$2", values(except))
                .bind("$3", limit)
                .map(Rows::account)
                .all();
    }

    private Mono<Map<AccountId, String>> texts(String select, Collection<AccountId> ids, String column) {
        return database.sql(select)
                .bind("$1", values(ids))
                .map(row -> Map.entry(Rows.id(row), Rows.text(row, column)))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private static Person person(Readable row) {
        return new Person(Rows.id(row), Rows.text(row, "username"));
    }

    private static Long[] values(Collection<AccountId> ids) {
        return ids.stream().map(AccountId::value).toArray(Long[]::new);
    }
}
