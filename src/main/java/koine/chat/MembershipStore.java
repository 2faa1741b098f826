package koine.chat;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.Role;
import koine.log.GroupReader;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/// Who is in which chats.
@Repository
class MembershipStore {

    // member_pkey
    private static final String ROLES = """
            select asked.chat_id, asked.account_id, member.role
            from unnest($1, $2) as asked (chat_id, account_id)
            cross join lateral (
                select role
                from member
                where member.chat_id = asked.chat_id and member.account_id = asked.account_id
                limit 1
            ) member
            """;

    // member_account_id
    private static final String CHATS_OF = """
            select asked.account_id, log_clock.position,
                array(select chat_id from member where member.account_id = asked.account_id) as chats
            from log_clock
            cross join unnest($1) as asked (account_id)
            """;

    private final DatabaseClient database;
    private final GroupReader<Place, Role> roles = new GroupReader<>(this::roles);
    private final GroupReader<AccountId, Memberships> memberships =
            new GroupReader<>(GroupReader.OF_CONNECTIONS, this::membershipsOf);

    MembershipStore(DatabaseClient database) {
        this.database = database;
    }

    private record Place(ChatId chat, AccountId account) {}

    /// Empty unless the account is a member.
    Mono<Role> role(ChatId chat, AccountId account) {
        var place = new Place(chat, account);
        return roles(Set.of(place)).mapNotNull(found -> found.get(place));
    }

    /// As [#role], looked up for many at once; not within a transaction.
    Mono<Role> roleSoon(ChatId chat, AccountId account) {
        return roles.read(new Place(chat, account));
    }

    private Mono<Map<Place, Role>> roles(Set<Place> asked) {
        var places = List.copyOf(asked);
        return database.sql(ROLES)
                .bind("$1", places.stream().map(place -> place.chat().value()).toArray(Long[]::new))
                .bind(
                        "$2",
                        places.stream().map(place -> place.account().value()).toArray(Long[]::new))
                .map(row -> Map.entry(
                        new Place(
                                new ChatId(Rows.number(row, "chat_id")), new AccountId(Rows.number(row, "account_id"))),
                        Rows.role(row)))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /// The chats of an account, and the position of the log at which that was so; looked up for many at once, and not
    /// within a transaction.
    Mono<Memberships> of(AccountId account) {
        return memberships.read(account);
    }

    private Mono<Map<AccountId, Memberships>> membershipsOf(Set<AccountId> accounts) {
        return database.sql(CHATS_OF)
                .bind("$1", accounts.stream().map(AccountId::value).toArray(Long[]::new))
                .map(row -> Map.entry(new AccountId(Rows.number(row, "account_id")), memberships(row)))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private static Memberships memberships(Readable row) {
        var chats = Objects.requireNonNull(row.get("chats", Long[].class));
        return new Memberships(
                Rows.number(row, "position"), Stream.of(chats).map(ChatId::new).toList());
    }
}
