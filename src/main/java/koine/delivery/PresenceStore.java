package koine.delivery;

import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.log.Signal.PresenceChanged;
import koine.log.Signals;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;

/// The table of who is connected to which server.
@Repository
class PresenceStore {

    /// Times rise from change to change of one account, also when clocks and commits do not agree: so of two
    /// changes it can be told which is the newer.
    // presence_pkey, in its order, so that two servers can't wait for one another; server_pkey
    private static final String CHANGE = """
            insert into presence as p (account_id, servers, last_active)
            select c.account_id, case when c.online then array[$3] else '{}' end, now()
            from unnest($1, $2) as c (account_id, online)
            join account a on a.id = c.account_id and a.erased_at is null
            order by c.account_id
            on conflict (account_id) do update
            set servers = array(select s.id from server s where s.id = any (p.servers) and s.id <> $3) || excluded.servers,
                last_active = greatest(excluded.last_active, p.last_active + interval '1 microsecond')
            returning account_id, last_active, $3 = any (servers) or exists (
                select from server s
                where s.id = any (servers) and s.seen_at > now() - interval '30 seconds') as online
            """;

    /// Of an erased account nothing is told.
    // presence_pkey, account_pkey, server_pkey
    private static final String FIND = """
            select w.account_id, p.last_active,
                p.account_id is not null and ($2 = any (p.servers) or exists (
                    select from server s
                    where s.id = any (p.servers) and s.seen_at > now() - interval '30 seconds')) as online
            from unnest($1) as w (account_id)
            left join presence p on p.account_id = w.account_id
                and exists (select from account a where a.id = w.account_id and a.erased_at is null)
            """;

    private final DatabaseClient database;
    private final Signals signals;

    PresenceStore(DatabaseClient database, Signals signals) {
        this.database = database;
        this.signals = signals;
    }

    record Change(AccountId account, boolean online) {}

    /// Notes who came to this server and who left it, at most one change for each account, and gives how they
    /// are now, over all servers.
    Flux<PresenceChanged> change(List<Change> changes) {
        return database.sql(CHANGE)
                .bind(
                        "$1",
                        changes.stream().map(change -> change.account().value()).toArray(Long[]::new))
                .bind("$2", changes.stream().map(Change::online).toArray(Boolean[]::new))
                .bind("$3", signals.server())
                .map(row -> new PresenceChanged(
                        new AccountId(Objects.requireNonNull(row.get("account_id", Long.class))),
                        Boolean.TRUE.equals(row.get("online", Boolean.class)),
                        Objects.requireNonNull(row.get("last_active", OffsetDateTime.class))
                                .toInstant()))
                .all();
    }

    /// How these accounts are now, over all servers.
    Flux<PresenceChanged> find(Collection<AccountId> accounts) {
        return database.sql(FIND)
                .bind("$1", accounts.stream().map(AccountId::value).toArray(Long[]::new))
                .bind("$2", signals.server())
                .map(row -> {
                    @Nullable OffsetDateTime active = row.get("last_active", OffsetDateTime.class);
                    return new PresenceChanged(
                            new AccountId(Objects.requireNonNull(row.get("account_id", Long.class))),
                            Boolean.TRUE.equals(row.get("online", Boolean.class)),
                            active == null ? null : active.toInstant());
                })
                .all();
    }
}
