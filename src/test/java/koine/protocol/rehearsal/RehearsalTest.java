package koine.protocol.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import koine.durability.Sql;
import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.env.Environment;
import org.springframework.test.context.TestPropertySource;

/// The program that the build of the image lets the JVM learn from does what it says, and fails where it can't.
@KoineTest
@TestPropertySource(properties = "koine.limits.enabled=false")
class RehearsalTest {

    private static final String WRITTEN = """
            select count(distinct m.author_id)
            from message m
            join chat c on c.id = m.chat_id
            join account a on a.id = m.author_id
            where a.username like 'rehearsal-%' and c.type = ?
            """;

    @Autowired
    private Environment environment;

    @LocalServerPort
    private int port;

    @Test
    void play_serviceThatIsWell_everybodyHasWrittenToAFriendAndToAll() throws Exception {
        rehearsal("").play();

        try (var sql = Sql.connect(environment)) {
            assertThat(sql.number(WRITTEN, "private")).isEqualTo(24);
            assertThat(sql.number(WRITTEN, "group")).isEqualTo(24);
        }
    }

    @Test
    void play_notAsExpected_failsAndSaysWhere() {
        assertThatThrownBy(() -> rehearsal("/elsewhere").play())
                .rootCause()
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/register was answered with 401");
    }

    /// Neither script is run by these tests.
    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile", "bench/lib/koine.sh"})
    void script_thatLetsTheJvmLearn_callsIt(String script) throws IOException {
        assertThat(Path.of(script))
                .content()
                .containsPattern("-cp .*koine\\.jar\"? " + Rehearsal.class.getName() + "\\b");
    }

    private Rehearsal rehearsal(String path) {
        return new Rehearsal(URI.create("http://127.0.0.1:" + port + path), Duration.ofMillis(300));
    }
}
