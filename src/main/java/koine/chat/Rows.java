package koine.chat;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Objects;
import koine.kernel.ChatId;
import koine.kernel.ChatType;
import koine.kernel.Role;

/// Reads rows of this module's tables; a column that is read must not be null.
final class Rows {

    private Rows() {}

    static ChatId chat(Readable row, String column) {
        return new ChatId(number(row, column));
    }

    static ChatType type(Readable row) {
        return ChatType.valueOf(text(row, "type").toUpperCase(Locale.ROOT));
    }

    static Role role(Readable row) {
        return Role.valueOf(text(row, "role").toUpperCase(Locale.ROOT));
    }

    static long number(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, Long.class), column);
    }

    static String text(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, String.class), column);
    }

    static Instant time(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, OffsetDateTime.class), column)
                .toInstant();
    }
}
