package koine.message;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import koine.database.DirectConnections;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;
import koine.log.AttachmentCodec;
import koine.log.Log;
import koine.log.Message;
import koine.message.Outcome.Blocked;
import koine.message.Outcome.ChatClosed;
import koine.message.Outcome.KeyReused;
import koine.message.Outcome.NoMedia;
import koine.message.Outcome.NoMember;
import koine.message.Outcome.NoneToAnswer;
import koine.message.Outcome.Stored;
import koine.message.Outcome.StoredBefore;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Writes batches by the database's function `write_messages`, on one connection of its own that is opened when
/// it is needed and thrown away after any error.
@Component
class PostgresBatchWriter implements BatchWriter, DisposableBean {

    private static final String WRITE = """
            select outcomes, ids, seqs, at
            from write_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """;

    private static final short STORED = 0;
    private static final short STORED_BEFORE = 1;
    private static final short NO_MEMBER = 2;
    private static final short KEY_REUSED = 3;
    private static final short BLOCKED = 4;
    private static final short CHAT_CLOSED = 5;
    private static final short NO_MEDIA = 6;
    private static final short NONE_TO_ANSWER = 7;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final ConnectionFactory factory;
    private final MessageProperties properties;
    private final Log log;
    private volatile @Nullable Connection connection;
    private volatile @Nullable Connection limited;

    PostgresBatchWriter(ConnectionFactory factory, MessageProperties properties, Log log) {
        this.factory = DirectConnections.behind(factory);
        this.properties = properties;
        this.log = log;
    }

    /// The function's answer: for the n-th draft of the batch the n-th element of each.
    private record Answer(List<Short> outcomes, List<@Nullable Long> ids, List<@Nullable Long> seqs, Instant at) {}

    @Override
    public Mono<List<Outcome>> write(List<Draft> batch) {
        return Mono.usingWhen(
                        connected(),
                        open -> limit(open).then(call(open, batch)).map(answer -> outcomes(batch, answer)),
                        _ -> Mono.empty(),
                        (open, _) -> discard(open),
                        this::discard)
                .timeout(properties.writeTimeout());
    }

    @Override
    public void destroy() {
        var open = connection;
        if (open != null) {
            Mono.from(open.close()).onErrorComplete().subscribe();
        }
    }

    /// A connection that was lost while nothing was sent on it is replaced without troubling anybody.
    private Mono<Connection> connected() {
        return Mono.defer(() -> Mono.justOrEmpty(connection))
                .filterWhen(open -> open.validate(ValidationDepth.LOCAL))
                .switchIfEmpty(Mono.defer(() -> Mono.<Connection>from(factory.create())))
                .doOnNext(open -> connection = open);
    }

    /// A statement that nobody waits for any more is given up by the server too. Else it would wait there for
    /// the clock, each of them on a connection of its own, and store its messages long after their senders were
    /// told otherwise.
    private Mono<Void> limit(Connection open) {
        return Mono.defer(() -> open == limited
                ? Mono.empty()
                : Mono.from(open.setStatementTimeout(properties.writeTimeout())).doOnSuccess(_ -> limited = open));
    }

    private Mono<Void> discard(Connection broken) {
        return Mono.defer(() -> {
            connection = null;
            limited = null;
            return Mono.from(broken.close()).timeout(CLOSE_TIMEOUT).onErrorComplete();
        });
    }

    /// The rows come before the commit; only the end of the whole conversation comes after it. So the answer is
    /// given when everything has completed, and never by taking the first row.
    private Mono<Answer> call(Connection open, List<Draft> batch) {
        var statement = open.createStatement(WRITE)
                .bind("$1", each(batch, draft -> draft.author().value(), Long[]::new))
                .bind("$2", each(batch, draft -> draft.chat().value(), Long[]::new))
                .bind("$3", each(batch, Draft::contents, String[]::new))
                .bind("$4", each(batch, Draft::key, String[]::new))
                .bind("$5", each(batch, Draft::fingerprint, Long[]::new))
                .bind("$6", Parameters.in(R2dbcType.VARCHAR, log.announcer().orElse(null)));
        if (batch.stream().allMatch(Draft::isPlain)) {
            bindNothingMore(statement);
        } else {
            bindWhatIsMoreThanWords(statement, batch);
        }
        return Flux.from(statement.execute())
                .concatMap(result -> result.map(PostgresBatchWriter::answer))
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
                .bind("$7", each(batch, PostgresBatchWriter::kind, String[]::new))
                .bind("$8", each(batch, PostgresBatchWriter::mediaId, Long[]::new))
                .bind("$9", each(batch, PostgresBatchWriter::media, String[]::new))
                .bind("$10", each(batch, PostgresBatchWriter::replyTo, Long[]::new));
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

    private static <T> T[] each(List<Draft> batch, Function<Draft, @Nullable T> part, IntFunction<T[]> array) {
        return batch.stream().map(part).toArray(array);
    }

    private static Answer answer(Readable row) {
        return new Answer(
                List.of(Objects.requireNonNull(row.get("outcomes", Short[].class))),
                Arrays.asList(Objects.requireNonNull(row.get("ids", Long[].class))),
                Arrays.asList(Objects.requireNonNull(row.get("seqs", Long[].class))),
                Objects.requireNonNull(row.get("at", OffsetDateTime.class)).toInstant());
    }

    private static List<Outcome> outcomes(List<Draft> batch, Answer answer) {
        var outcomes = new ArrayList<Outcome>(batch.size());
        var stored = 0;
        for (int i = 0; i < batch.size(); i++) {
            outcomes.add(
                    switch (answer.outcomes().get(i)) {
                        case STORED -> new Stored(message(batch.get(i), i, stored++, answer));
                        case STORED_BEFORE -> new StoredBefore(id(answer, i));
                        case NO_MEMBER -> new NoMember();
                        case KEY_REUSED -> new KeyReused();
                        case BLOCKED -> new Blocked();
                        case CHAT_CLOSED -> new ChatClosed();
                        case NO_MEDIA -> new NoMedia();
                        case NONE_TO_ANSWER -> new NoneToAnswer();
                        default -> throw new IllegalStateException("write_messages gave an unknown outcome");
                    });
        }
        return outcomes;
    }

    /// @param n how many of the batch were stored before this one: the function gives each its own microsecond
    private static Message message(Draft draft, int i, int n, Answer answer) {
        var at = answer.at().plus(n, ChronoUnit.MICROS);
        var seq = Objects.requireNonNull(answer.seqs().get(i));
        return new Message(
                id(answer, i),
                draft.chat(),
                draft.author(),
                seq,
                draft.kind(),
                draft.contents(),
                draft.media(),
                draft.replyTo(),
                Message.toldOf(draft.key()),
                at,
                at,
                null,
                null);
    }

    private static MessageId id(Answer answer, int i) {
        return new MessageId(Objects.requireNonNull(answer.ids().get(i)));
    }
}
