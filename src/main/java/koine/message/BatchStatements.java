package koine.message;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.kernel.ChatId;
import koine.kernel.MessageKind;
import koine.log.AttachmentCodec;
import koine.message.KnownAnswers.Place;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The database's functions that write batches.
final class BatchStatements {

    private static final String WRITE = """
            select outcomes, ids, seqs, at, passing, known_at
            from write_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """;

    private static final String WRITE_KNOWN = """
            select base, at
            from write_known_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """;

    private BatchStatements() {}

    /// What `write_messages` answers: for the n-th draft of the batch the n-th element of each list.
    ///
    /// @param passing chats that keep messages until they are delivered
    /// @param knownAt up to which count of changes the answers stand; null if nothing is to be concluded from them
    record Answer(
            List<Short> outcomes,
            List<@Nullable Long> ids,
            List<@Nullable Long> seqs,
            Instant at,
            Set<ChatId> passing,
            @Nullable Long knownAt) {}

    /// What `write_known_messages` answers.
    ///
    /// @param base the position before the first message
    record Placed(long base, Instant at) {}

    /// @param announcer by which other servers are told, if there may be any
    /// @param writer    a number that nobody else has
    static Mono<Answer> write(Connection open, List<Draft> batch, @Nullable String announcer, long writer) {
        var statement = open.createStatement(WRITE)
                .bind("$1", each(batch, draft -> draft.author().value(), Long[]::new))
                .bind("$2", each(batch, draft -> draft.chat().value(), Long[]::new))
                .bind("$3", each(batch, Draft::contents, String[]::new))
                .bind("$4", each(batch, Draft::key, String[]::new))
                .bind("$5", each(batch, Draft::fingerprint, Long[]::new))
                .bind("$6", Parameters.in(R2dbcType.VARCHAR, announcer))
                .bind("$11", writer);
        if (batch.stream().allMatch(Draft::isPlain)) {
            bindNothingMore(statement);
        } else {
            bindWhatIsMoreThanWords(statement, batch);
        }
        return only(statement, BatchStatements::answer);
    }

    /// Empty if something has changed since, and nothing was stored.
    static Mono<Placed> writeKnown(
            Connection open,
            List<Draft> batch,
            List<Place> places,
            @Nullable String announcer,
            long writer,
            long knownAt) {
        var statement = open.createStatement(WRITE_KNOWN)
                .bind("$1", each(batch, draft -> draft.author().value(), Long[]::new))
                .bind("$2", each(batch, draft -> draft.chat().value(), Long[]::new))
                .bind("$3", each(places, Place::seq, Long[]::new))
                .bind("$4", each(batch, Draft::contents, String[]::new))
                .bind("$5", each(batch, Draft::key, String[]::new))
                .bind("$6", each(batch, Draft::fingerprint, Long[]::new))
                .bind("$7", each(places, Place::lastOfChat, Boolean[]::new))
                .bind("$8", each(places, Place::lastOfAuthor, Boolean[]::new))
                .bind("$9", Parameters.in(R2dbcType.VARCHAR, announcer))
                .bind("$10", writer)
                .bind("$11", knownAt);
        return only(statement, BatchStatements::placed).flatMap(Mono::justOrEmpty);
    }

    /// The rows come before the commit; only the end of the whole conversation comes after it. So the answer is
    /// given when everything has completed, and never by taking the first row.
    private static <T> Mono<T> only(Statement statement, Function<Readable, T> row) {
        return Flux.from(statement.execute())
                .concatMap(result -> result.map(row))
                .collectList()
                .map(List::getFirst);
    }

    /// Words only, that answer nothing: most batches are.
    private static void bindNothingMore(Statement statement) {
        statement
                .bindNull("$7", String[].class)
                .bindNull("$8", Long[].class)
                .bindNull("$9", String[].class)
                .bindNull("$10", Long[].class);
    }

    private static void bindWhatIsMoreThanWords(Statement statement, List<Draft> batch) {
        statement
                .bind("$7", each(batch, BatchStatements::kind, String[]::new))
                .bind("$8", each(batch, BatchStatements::mediaId, Long[]::new))
                .bind("$9", each(batch, BatchStatements::media, String[]::new))
                .bind("$10", each(batch, BatchStatements::replyTo, Long[]::new));
    }

    private static @Nullable String kind(Draft draft) {
        return draft.kind() == MessageKind.TEXT ? null : draft.kind().name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Long mediaId(Draft draft) {
        var id = draft.mediaId();
        return id == null ? null : id.value();
    }

    private static @Nullable String media(Draft draft) {
        var media = draft.media();
        return media == null ? null : AttachmentCodec.encode(media);
    }

    private static @Nullable Long replyTo(Draft draft) {
        var id = draft.replyTo();
        return id == null ? null : id.value();
    }

    private static <E, T> T[] each(List<E> batch, Function<E, @Nullable T> part, IntFunction<T[]> array) {
        return batch.stream().map(part).toArray(array);
    }

    private static Answer answer(Readable row) {
        var passing = row.get("passing", Long[].class);
        return new Answer(
                List.of(Objects.requireNonNull(row.get("outcomes", Short[].class))),
                Arrays.asList(Objects.requireNonNull(row.get("ids", Long[].class))),
                Arrays.asList(Objects.requireNonNull(row.get("seqs", Long[].class))),
                at(row),
                passing == null ? Set.of() : Stream.of(passing).map(ChatId::new).collect(Collectors.toSet()),
                row.get("known_at", Long.class));
    }

    private static Optional<Placed> placed(Readable row) {
        var base = row.get("base", Long.class);
        return base == null ? Optional.empty() : Optional.of(new Placed(base, at(row)));
    }

    private static Instant at(Readable row) {
        return Objects.requireNonNull(row.get("at", OffsetDateTime.class)).toInstant();
    }
}
