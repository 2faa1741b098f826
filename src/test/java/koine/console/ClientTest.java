package koine.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import koine.testing.Node;
import koine.testing.QuickTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/// `client.js` against this service, without a browser: what others copy has to hold what it says.
@QuickTest
class ClientTest {

    @LocalServerPort
    private int port;

    @Test
    void client_whateverGoesWrong_losesNothingAndSendsOnce() throws IOException {
        var seen = Node.runAlone("console-client.mjs", "http://localhost:" + port);

        assertThat(seen.path("refused"))
                .hasToString("{\"step\":\"refused\",\"is\":true,\"code\":\"INVALID_REQUEST\",\"fields\":[\"contents\"],"
                        + "\"temporary\":false}");
        assertThat(seen.path("renewed"))
                .hasToString("{\"step\":\"renewed\",\"calls\":3,\"changed\":true,\"later\":true}");
        assertThat(seen.path("renewed-when-refused").path("name").booleanValue())
                .isTrue();
        assertThat(seen.path("outbox"))
                .hasToString("{\"step\":\"outbox\",\"waiting\":[\"one\",\"two\"],\"left\":0,"
                        + "\"contents\":[\"one\",\"two\"]}");
        assertThat(seen.path("outbox-refused"))
                .hasToString("{\"step\":\"outbox-refused\",\"code\":\"MESSAGE_DOES_NOT_EXIST\",\"left\":0,"
                        + "\"contents\":[\"one\",\"two\",\"four\"]}");
        assertThat(seen.path("loss"))
                .hasToString("{\"step\":\"loss\",\"losses\":1,\"chat\":true,"
                        + "\"seen\":[\"one\",\"two\",\"four\",\"five\",\"six\"]}");
        assertThat(seen.path("resumed").path("times").intValue()).isOne();
        assertThat(seen.path("reset").path("order")).hasToString("[\"reset\",\"loaded\",\"synced\",\"eight\"]");
        assertThat(seen.path("ended"))
                .hasToString("{\"step\":\"ended\",\"me\":null,\"reason\":\"ended\",\"kept\":null,"
                        + "\"connection\":\"offline\"}");
        assertThat(seen.path("file"))
                .hasToString("{\"step\":\"file\",\"name\":\"rök (1).txt\",\"size\":10,\"text\":\"1, 1, 2, 3\"}");
        assertThat(seen.path("out").path("me").isNull()).isTrue();
    }
}
