package koine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import koine.delivery.Deliveries;
import koine.delivery.EventFrames;
import koine.delivery.Frame;
import koine.delivery.LiveConnection;
import koine.kernel.AccountId;
import koine.kernel.SessionId;
import koine.limit.FloodGuards;
import koine.log.Event;
import koine.log.Signal;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.adapter.AbstractWebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// How long a socket may be nobody's.
@KoineTest
class SignInTimeTest {

    private static final DataSize LIMIT_OF_FRAMES = DataSize.ofKilobytes(64);
    private static final Duration LIMIT = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Autowired
    private FloodGuards guards;

    @Autowired
    private SocketEndings endings;

    @Autowired
    private Deliveries deliveries;

    private LiveConnection connection;
    private final QuietSession session = new QuietSession();

    @BeforeEach
    void open() {
        connection = deliveries.open(new NoFrames());
    }

    @AfterEach
    void close() {
        connection.close();
    }

    @Test
    void socket_onWhichNobodySignsIn_isClosedWithItsCode() {
        served().block(PATIENCE);

        assertThat(session.closed).containsExactly(CloseCodes.NOT_SIGNED_IN);
        assertThat(CloseCodes.NOT_SIGNED_IN.getCode()).isEqualTo(4401);
    }

    @Test
    void socket_onWhichSomebodySignsIn_staysOpen(@Autowired BeanFactory service, @Autowired DatabaseClient database) {
        var ann = new People(service).one("ann");
        var id = Objects.requireNonNull(database.sql("select id from session where account_id = $1")
                .bind("$1", ann.id())
                .mapValue(Long.class)
                .one()
                .block(PATIENCE));
        var signsIn = Mono.delay(LIMIT.dividedBy(3))
                .doOnNext(_ -> deliveries.signIn(connection, new AccountId(ann.id()), new SessionId(id)));

        Mono.when(signsIn, served())
                .timeout(LIMIT.multipliedBy(3), Mono.empty())
                .block(PATIENCE);

        assertThat(session.closed).isEmpty();
        assertThat(connection.isSignedIn()).isTrue();
    }

    private Mono<Void> served() {
        var sockets = new TextSockets(endings, new SocketProperties(LIMIT_OF_FRAMES, 1, LIMIT), guards);
        return sockets.serve(
                new Upgrades.Socket(session, Intake.of(LIMIT_OF_FRAMES), () -> {}), connection, new Silence(), 1);
    }

    /// A client that says nothing.
    private static final class QuietSession extends AbstractWebSocketSession<Object> {

        private final List<CloseStatus> closed = new ArrayList<>();

        QuietSession() {
            super(
                    new Object(),
                    "quiet",
                    new HandshakeInfo(URI.create("/"), new HttpHeaders(), Mono.empty(), null),
                    new DefaultDataBufferFactory());
        }

        @Override
        public Flux<WebSocketMessage> receive() {
            return Flux.never();
        }

        @Override
        public Mono<Void> send(Publisher<WebSocketMessage> messages) {
            return Flux.from(messages).then();
        }

        @Override
        public boolean isOpen() {
            return closed.isEmpty();
        }

        @Override
        public Mono<Void> close(CloseStatus status) {
            return Mono.fromRunnable(() -> closed.add(status));
        }

        @Override
        public Mono<CloseStatus> closeStatus() {
            return Mono.never();
        }
    }

    private static final class Silence implements Conversation {

        @Override
        public Mono<Void> take(byte[] text) {
            return Mono.empty();
        }

        @Override
        public Mono<Void> takeBinary() {
            return Mono.empty();
        }
    }

    private static final class NoFrames implements EventFrames {

        @Override
        public Optional<Frame> frameFor(Event event) {
            return Optional.empty();
        }

        @Override
        public Optional<Frame> frameFor(Signal signal) {
            return Optional.empty();
        }

        @Override
        public Optional<Frame> frameForSubject(Event.OfMember event) {
            return Optional.empty();
        }

        @Override
        public Optional<Frame> heartbeatAt(long position) {
            return Optional.empty();
        }
    }
}
