package koine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import koine.testing.Node;
import koine.testing.QuickTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/// `model.js` against this service, without a browser: what only shows when answers and events cross.
@QuickTest
class ModelTest {

    @LocalServerPort
    private int port;

    @Test
    void message_inWhicheverOrderAnswersAndEventsCome_isAnnouncedAndItsMarksAreRight() throws IOException {
        var seen = Node.runAlone("console-model.mjs", "http://localhost:" + port);

        assertThat(seen.path("overtaken"))
                .hasToString("{\"step\":\"overtaken\",\"before\":{\"last_seq\":0,\"unread\":1},\"unread\":1,"
                        + "\"said\":[\"one\"]}");
        assertThat(seen.path("refused"))
                .hasToString("{\"step\":\"refused\",\"marks\":[\"chat.delivered seq\"],\"unread\":2,"
                        + "\"said\":[\"one\",\"two\"]}");
        assertThat(seen.path("answered"))
                .hasToString("{\"step\":\"answered\",\"fates\":[\"sent\",\"read\"],\"read\":1}");
    }
}
