package koine.account;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import koine.kernel.AccountId;

/// Reads rows of the table of accounts; a column that is read must not be null.
final class Rows {

    private Rows() {}

    static Account account(Readable row) {
        return new Account(
                id(row),
                time(row, "created_at"),
                time(row, "updated_at"),
                text(row, "username"),
                row.get("email", String.class),
                row.get("bio", String.class),
                flag(row, "email_confirmed"),
                row.get("phone", String.class));
    }

    static AccountId id(Readable row) {
        return new AccountId(Objects.requireNonNull(row.get("id", Long.class)));
    }

    static String text(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, String.class), column);
    }

    static boolean flag(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, Boolean.class), column);
    }

    private static Instant time(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, OffsetDateTime.class), column)
                .toInstant();
    }
}
