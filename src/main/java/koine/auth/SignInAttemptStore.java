package koine.auth;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import koine.limit.LimitProperties;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/// The table of attempts to sign in that have not succeeded.
@Repository
class SignInAttemptStore {

    // sign_in_attempt_pkey; of those who try at the same time, each sees what the one before has written
    private static final String BEGIN = """
            insert into sign_in_attempt as a (who, failures, not_before, last_at)
            values ($1, 1, $2, $2)
            on conflict (who) do update
            set failures = case when a.last_at < $3 then 1 else a.failures + 1 end,
                not_before = case
                    when a.last_at < $3 or a.failures + 1 < $4 then $2
                    else $2 + make_interval(secs => least($6, $5 * power(2, least(a.failures + 1 - $4, 30))))
                end,
                last_at = $2
            where a.not_before <= $2 or a.last_at < $3
            """;

    // sign_in_attempt_pkey
    private static final String NOT_BEFORE = """
            select not_before
            from sign_in_attempt
            where who = $1
            """;

    // sign_in_attempt_pkey
    private static final String FORGET = """
            delete from sign_in_attempt
            where who = $1
            """;

    // sign_in_attempt_pkey
    private static final String TAKE_BACK = """
            update sign_in_attempt
            set failures = greatest(failures - 1, 0), not_before = least(not_before, $2)
            where who = $1
            """;

    // sign_in_attempt_last_at
    private static final String FORGET_OLD = """
            delete from sign_in_attempt
            where last_at < $1
            """;

    private final DatabaseClient database;

    SignInAttemptStore(DatabaseClient database) {
        this.database = database;
    }

    /// Counts the attempt as one that fails, unless it comes too early; whether it does not.
    Mono<Boolean> begin(byte[] who, Instant now, LimitProperties.SignIn delays) {
        return database.sql(BEGIN)
                .bind("$1", ByteBuffer.wrap(who))
                .bind("$2", Rows.at(now))
                .bind("$3", Rows.at(now.minus(delays.forgetAfter())))
                .bind("$4", delays.freeFailures() + 1)
                .bind("$5", seconds(delays.firstDelay()))
                .bind("$6", seconds(delays.longestDelay()))
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }

    /// Before when no further attempt counts; empty if there were none.
    Mono<Instant> notBefore(byte[] who) {
        return database.sql(NOT_BEFORE)
                .bind("$1", ByteBuffer.wrap(who))
                .map(row -> Rows.time(row, "not_before"))
                .one();
    }

    /// The last attempt has succeeded.
    Mono<Void> forget(byte[] who) {
        return database.sql(FORGET).bind("$1", ByteBuffer.wrap(who)).then();
    }

    /// An attempt that was begun came to nothing, for no fault of whoever made it.
    Mono<Void> takeBack(byte[] who, Instant now) {
        return database.sql(TAKE_BACK)
                .bind("$1", ByteBuffer.wrap(who))
                .bind("$2", Rows.at(now))
                .then();
    }

    Mono<Void> forgetBefore(Instant time) {
        return database.sql(FORGET_OLD).bind("$1", Rows.at(time)).then();
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1_000.0;
    }
}
