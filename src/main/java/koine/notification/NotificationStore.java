package koine.notification;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.NotificationType;
import koine.log.Event.Notified;
import koine.log.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The tables of notifications and of up to where they were read.
@Repository
class NotificationStore {

    /// Each is numbered within its account, so that the oldest two are enough to look at for removing what is
    /// too many: two, so that a bound that was lowered is reached as well.
    // notification_pkey: an account's newest, and its oldest
    private static final String INSERT = """
            with added as (
                insert into notification (account_id, id, number, type, from_id, chat_id, mutual)
                select n.account_id, n.id,
                    coalesce((
                        select l.number from notification l
                        where l.account_id = n.account_id
                        order by l.id desc
                        limit 1), 0) + row_number() over (partition by n.account_id order by n.id),
                    n.type, n.from_id, n.chat_id, n.mutual
                from unnest($1, $2, $3, $4, $5, $7) as n (account_id, id, type, from_id, chat_id, mutual)
                returning account_id, id, number, created_at
            ), removed as (
                delete from notification old
                using added a
                cross join lateral (
                    select o.id from notification o
                    where o.account_id = a.account_id
                    order by o.id
                    limit 2
                ) o
                where old.account_id = a.account_id and old.id = o.id and old.number <= a.number - $6
            )
            select max(created_at) as created_at
            from added
            """;

    // notification_pkey, backwards; notification_mark_pkey
    private static final String LIST = """
            select n.id, n.type, n.from_id, a.username, n.chat_id, n.mutual, n.created_at,
                n.id <= coalesce((select read_id from notification_mark where account_id = $1), 0) as read
            from notification n
            join account a on a.id = n.from_id
            where n.account_id = $1 and n.id < $2
            order by n.id desc
            limit $3
            """;

    // notification_pkey, forwards; notification_mark_pkey
    private static final String UNDELIVERED = """
            select n.id, n.type, n.from_id, a.username, n.chat_id, n.mutual, n.created_at, false as read
            from notification n
            join account a on a.id = n.from_id
            where n.account_id = $1 and n.id <= $3 and n.type = any($4)
            and n.id > greatest($2, (
                select greatest(delivered_id, read_id) from notification_mark where account_id = $1))
            order by n.id
            limit $5
            """;

    /// In the order of accounts, so that two servers that note the same ones don't wait for one another.
    // notification_pkey; notification_mark_pkey
    private static final String MARK_DELIVERED = """
            insert into notification_mark as m (account_id, delivered_id)
            select n.account_id, n.id
            from unnest($1, $2) as w (account_id, id)
            join notification n on n.account_id = w.account_id and n.id = w.id
            order by n.account_id
            on conflict (account_id) do update
            set delivered_id = excluded.delivered_id
            where m.delivered_id < excluded.delivered_id
            """;

    // notification_pkey; notification_mark_pkey
    private static final String MARK_READ = """
            insert into notification_mark as m (account_id, read_id)
            select $1, least($2, max(id))
            from notification
            where account_id = $1
            having count(*) > 0
            on conflict (account_id) do update
            set read_id = excluded.read_id
            where m.read_id < excluded.read_id
            """;

    // notification_pkey, notification_mark_pkey
    private static final String FORGET = """
            with forgotten as (
                delete from notification
                where account_id = $1
            )
            delete from notification_mark
            where account_id = $1
            """;

    private final DatabaseClient database;

    NotificationStore(DatabaseClient database) {
        this.database = database;
    }

    /// Removes all of an account.
    Mono<Void> forget(AccountId account) {
        return database.sql(FORGET).bind("$1", account.value()).then();
    }

    /// A notification with the position that it was given.
    record Placed(long position, Draft draft) {

        Notified at(Instant createdAt) {
            return new Notified(
                    position, draft.to(), draft.type(), draft.from(), draft.chat(), draft.mutual(), createdAt);
        }
    }

    /// Stores the notifications, and removes older ones of those accounts that have too many; gives when that
    /// was.
    Mono<Instant> insert(List<Placed> placed, int maxKept) {
        return database.sql(INSERT)
                .bind("$1", each(placed, one -> one.draft().to().value()))
                .bind("$2", each(placed, Placed::position))
                .bind("$3", placed.stream().map(one -> name(one.draft().type())).toArray(String[]::new))
                .bind("$4", each(placed, one -> one.draft().from().id().value()))
                .bind("$5", each(placed, NotificationStore::chat))
                .bind("$6", maxKept)
                .bind("$7", placed.stream().map(one -> one.draft().mutual()).toArray(Boolean[]::new))
                .map(NotificationStore::time)
                .one();
    }

    /// The newest ones before an id; the newest first.
    Flux<Notification> before(AccountId account, long id, int limit) {
        return database.sql(LIST)
                .bind("$1", account.value())
                .bind("$2", id)
                .bind("$3", limit)
                .map(NotificationStore::notification)
                .all();
    }

    /// The oldest ones of these types in a range of ids that were neither delivered nor read; the oldest first.
    ///
    /// @param after exclusive
    /// @param upTo  inclusive
    Flux<Notification> undelivered(AccountId account, Set<NotificationType> types, long after, long upTo, int limit) {
        return database.sql(UNDELIVERED)
                .bind("$1", account.value())
                .bind("$2", after)
                .bind("$3", upTo)
                .bind("$4", types.stream().map(NotificationStore::name).toArray(String[]::new))
                .bind("$5", limit)
                .map(NotificationStore::notification)
                .all();
    }

    /// Forward only; for accounts whose notification with this id is gone, nothing.
    Mono<Void> markDelivered(Map<AccountId, Long> upTo) {
        return database.sql(MARK_DELIVERED)
                .bind("$1", upTo.keySet().stream().map(AccountId::value).toArray(Long[]::new))
                .bind("$2", upTo.values().toArray(Long[]::new))
                .then();
    }

    /// Forward only, and not past the newest.
    Mono<Void> markRead(AccountId account, long upTo) {
        return database.sql(MARK_READ)
                .bind("$1", account.value())
                .bind("$2", upTo)
                .then();
    }

    private static Long[] each(List<Placed> placed, Function<Placed, @Nullable Long> part) {
        return placed.stream().map(part).toArray(Long[]::new);
    }

    private static @Nullable Long chat(Placed placed) {
        var chat = placed.draft().chat();
        return chat == null ? null : chat.value();
    }

    private static Notification notification(Readable row) {
        var chat = row.get("chat_id", Long.class);
        return new Notification(
                number(row, "id"),
                NotificationType.valueOf(text(row, "type").toUpperCase(Locale.ROOT)),
                new Person(new AccountId(number(row, "from_id")), text(row, "username")),
                chat == null ? null : new ChatId(chat),
                Boolean.TRUE.equals(row.get("mutual", Boolean.class)),
                time(row),
                Boolean.TRUE.equals(row.get("read", Boolean.class)));
    }

    private static Instant time(Readable row) {
        return Objects.requireNonNull(row.get("created_at", OffsetDateTime.class))
                .toInstant();
    }

    private static long number(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, Long.class), column);
    }

    private static String text(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, String.class), column);
    }

    private static String name(NotificationType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
