package koine.message;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.ValidationDepth;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import koine.database.DirectConnections;
import koine.kernel.MessageId;
import koine.log.Log;
import koine.log.Message;
import koine.message.BatchStatements.Answer;
import koine.message.BatchStatements.Placed;
import koine.message.KnownAnswers.Place;
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
import reactor.core.publisher.Mono;

/// Writes batches by the database's functions, on one connection of its own that is opened when it is needed and thrown
/// away after any error.
///
/// `write_messages` judges each message. What it has answered on this connection is kept in mind, and where all of a
/// batch is known from that, `write_known_messages` stores it without judging, if nothing has changed since.
@Component
class PostgresBatchWriter implements BatchWriter, DisposableBean {

    private static final short STORED = 0;
    private static final short STORED_BEFORE = 1;
    private static final short NO_MEMBER = 2;
    private static final short KEY_REUSED = 3;
    private static final short BLOCKED = 4;
    private static final short CHAT_CLOSED = 5;
    private static final short NO_MEDIA = 6;
    private static final short NONE_TO_ANSWER = 7;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    /// Some 15 MB, by the objects that are counted, if each of them is in a chat of their own.
    private static final int MOST_KNOWN = 50_000;

    private final ConnectionFactory factory;
    private final MessageProperties properties;
    private final Log log;

    /// The next connection's number, from one on that no other server has begun with.
    private final AtomicLong writers;

    private volatile @Nullable Line line;
    private volatile @Nullable Connection limited;

    PostgresBatchWriter(ConnectionFactory factory, MessageProperties properties, Log log, SecureRandom random) {
        this.factory = DirectConnections.behind(factory);
        this.properties = properties;
        this.log = log;
        this.writers = new AtomicLong(random.nextLong());
    }

    /// A connection, and what was heard on it.
    ///
    /// @param writer a number that no other connection has, on any server
    private record Line(Connection connection, long writer, KnownAnswers known) {}

    @Override
    public Mono<List<Outcome>> write(List<Draft> batch) {
        return Mono.usingWhen(
                        connected(),
                        open -> limit(open).then(Mono.defer(() -> write(open, batch))),
                        _ -> Mono.empty(),
                        (open, _) -> discard(open),
                        this::discard)
                .timeout(properties.writeTimeout());
    }

    @Override
    public void destroy() {
        var open = line;
        if (open != null) {
            Mono.from(open.connection.close()).onErrorComplete().subscribe();
        }
    }

    /// A connection that was lost while nothing was sent on it is replaced without troubling anybody.
    private Mono<Line> connected() {
        return Mono.defer(() -> Mono.justOrEmpty(line))
                .filterWhen(open -> open.connection.validate(ValidationDepth.LOCAL))
                .switchIfEmpty(Mono.defer(this::connect));
    }

    private Mono<Line> connect() {
        return Mono.<Connection>from(factory.create())
                .map(open -> new Line(open, writers.getAndIncrement(), new KnownAnswers(MOST_KNOWN)))
                .doOnNext(open -> line = open);
    }

    /// A statement that nobody waits for any more is given up by the server too. Else it would wait there for
    /// the clock, each of them on a connection of its own, and store its messages long after their senders were
    /// told otherwise.
    private Mono<Void> limit(Line open) {
        return Mono.defer(() -> open.connection == limited
                ? Mono.empty()
                : Mono.from(open.connection.setStatementTimeout(properties.writeTimeout()))
                        .doOnSuccess(_ -> limited = open.connection));
    }

    private Mono<Void> discard(Line broken) {
        return Mono.defer(() -> {
            line = null;
            limited = null;
            return Mono.from(broken.connection.close()).timeout(CLOSE_TIMEOUT).onErrorComplete();
        });
    }

    private Mono<List<Outcome>> write(Line open, List<Draft> batch) {
        return Mono.justOrEmpty(open.known.placesOf(batch))
                .flatMap(places -> writeKnown(open, batch, places))
                .switchIfEmpty(Mono.defer(() -> writeUnknown(open, batch)));
    }

    /// Empty if what was known stands no longer, or a key is there already: nothing is stored then.
    private Mono<List<Outcome>> writeKnown(Line open, List<Draft> batch, List<Place> places) {
        var knownAt = open.known.at();
        return BatchStatements.writeKnown(open.connection, batch, places, announcer(), open.writer, knownAt)
                .onErrorResume(R2dbcDataIntegrityViolationException.class, _ -> Mono.empty())
                .map(placed -> messages(batch, places, placed))
                .doOnNext(messages -> open.known.heard(messages, Set.of(), knownAt))
                .map(messages -> messages.stream().<Outcome>map(Stored::new).toList());
    }

    private Mono<List<Outcome>> writeUnknown(Line open, List<Draft> batch) {
        return BatchStatements.write(open.connection, batch, announcer(), open.writer)
                .map(answer -> {
                    var outcomes = outcomes(batch, answer);
                    remember(open.known, outcomes, answer);
                    return outcomes;
                });
    }

    private @Nullable String announcer() {
        return log.announcer().orElse(null);
    }

    private static void remember(KnownAnswers known, List<Outcome> outcomes, Answer answer) {
        var knownAt = answer.knownAt();
        if (knownAt == null) {
            known.forget();
        } else {
            known.heard(stored(outcomes), answer.passing(), knownAt);
        }
    }

    private static List<Message> stored(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(Stored.class::isInstance)
                .map(outcome -> ((Stored) outcome).message())
                .toList();
    }

    private static List<Message> messages(List<Draft> batch, List<Place> places, Placed placed) {
        var messages = new ArrayList<Message>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            var id = new MessageId(placed.base() + 1 + i);
            messages.add(message(batch.get(i), id, places.get(i).seq(), placed.at(), i));
        }
        return messages;
    }

    private static List<Outcome> outcomes(List<Draft> batch, Answer answer) {
        var outcomes = new ArrayList<Outcome>(batch.size());
        var stored = 0;
        for (int i = 0; i < batch.size(); i++) {
            outcomes.add(
                    switch (answer.outcomes().get(i)) {
                        case STORED ->
                            new Stored(message(batch.get(i), id(answer, i), seq(answer, i), answer.at(), stored++));
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

    /// @param n how many of the batch were stored before this one: the functions give each its own microsecond
    private static Message message(Draft draft, MessageId id, long seq, Instant begun, int n) {
        var at = begun.plus(n, ChronoUnit.MICROS);
        return new Message(
                id,
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

    private static long seq(Answer answer, int i) {
        return Objects.requireNonNull(answer.seqs().get(i));
    }
}
