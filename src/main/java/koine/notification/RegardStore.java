package koine.notification;

import io.r2dbc.spi.Readable;
import java.util.Objects;
import koine.kernel.AccountId;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/// The table of what people have said of one another.
@Repository
class RegardStore {

    // regard_pkey, both ways
    private static final String NOTE = """
            with noted as (
                insert into regard as r (account_id, other_id, liked, faked)
                values ($1, $2, $3, $4)
                on conflict (account_id, other_id) do update
                set liked = r.liked or excluded.liked, faked = r.faked or excluded.faked
                where r.liked < excluded.liked or r.faked < excluded.faked
                returning account_id
            )
            select exists (select from noted) as is_new,
                exists (select from regard where account_id = $2 and other_id = $1 and liked) as liked_back
            """;

    // regard_pkey
    private static final String UNLIKE = """
            update regard
            set liked = false
            where account_id = $1 and other_id = $2 and liked
            """;

    // regard_pkey
    private static final String COUNT = """
            select count(*)
            from regard
            where account_id = $1
            """;

    // regard_pkey, regard_other_id
    private static final String FORGET = """
            delete from regard
            where account_id = $1 or other_id = $1
            """;

    private final DatabaseClient database;

    RegardStore(DatabaseClient database) {
        this.database = database;
    }

    /// @param isNew     whether it had not been said before
    /// @param likedBack whether the other likes who said it
    record Noted(boolean isNew, boolean likedBack) {

        /// Of what is not kept.
        static final Noted NOTHING = new Noted(true, false);
    }

    /// Notes what somebody says of somebody else. To be called while the log's clock is held.
    Mono<Noted> note(AccountId me, AccountId other, Gesture gesture) {
        return switch (gesture) {
            case HISTORY -> Mono.just(Noted.NOTHING);
            case LIKE -> note(me, other, true, false);
            case DISLIKE -> unlike(me, other).thenReturn(Noted.NOTHING);
            case FAKE -> note(me, other, false, true);
        };
    }

    /// Of how many somebody has said something.
    Mono<Long> count(AccountId me) {
        return database.sql(COUNT).bind("$1", me.value()).mapValue(Long.class).one();
    }

    /// Removes what somebody has said, and what was said of them.
    Mono<Void> forget(AccountId account) {
        return database.sql(FORGET).bind("$1", account.value()).then();
    }

    private Mono<Noted> note(AccountId me, AccountId other, boolean liked, boolean faked) {
        return database.sql(NOTE)
                .bind("$1", me.value())
                .bind("$2", other.value())
                .bind("$3", liked)
                .bind("$4", faked)
                .map(RegardStore::noted)
                .one();
    }

    private Mono<Void> unlike(AccountId me, AccountId other) {
        return database.sql(UNLIKE)
                .bind("$1", me.value())
                .bind("$2", other.value())
                .then();
    }

    private static Noted noted(Readable row) {
        return new Noted(flag(row, "is_new"), flag(row, "liked_back"));
    }

    private static boolean flag(Readable row, String column) {
        return Boolean.TRUE.equals(Objects.requireNonNull(row.get(column, Boolean.class)));
    }
}
