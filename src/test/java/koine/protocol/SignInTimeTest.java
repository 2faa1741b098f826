package koine.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.Objects;
import koine.delivery.Deliveries;
import koine.delivery.LiveConnection;
import koine.kernel.AccountId;
import koine.kernel.SessionId;
import koine.limit.FloodGuards;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.util.unit.DataSize;
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
    private final ScriptedSession session = new ScriptedSession(Flux.never());

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

        assertThat(session.closed()).containsExactly(CloseCodes.NOT_SIGNED_IN);
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

        assertThat(session.closed()).isEmpty();
        assertThat(connection.isSignedIn()).isTrue();
    }

    private Mono<Void> served() {
        var sockets = new TextSockets(endings, new SocketProperties(LIMIT_OF_FRAMES, 1, LIMIT), guards);
        return sockets.serve(
                new Upgrades.Socket(session, Intake.of(LIMIT_OF_FRAMES), new EmbeddedChannel(), () -> {}),
                connection,
                new Silence(),
                1);
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
}
