package koine.protocol.matcha;

import java.util.Map;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/// A service that is stopped and started, and so is no other class's.
@KoineTest
@DirtiesContext
@TestPropertySource(properties = "spring.application.name=stopped")
class MatchaShutdownTest {

    @Autowired
    private ConfigurableApplicationContext service;

    @Test
    void shutdown_socketsOfAllKinds_areDisconnectedAndClosedWith1012() {
        var ann = new People(service).one("stopped");
        try (var live = Matcha.live(port(), ann);
                var idle = Matcha.of(port(), ann);
                var stranger = Matcha.open(port(), Matcha.Address.OWN, "", Map.of(), "")) {
            service.stop();

            live.assertDisconnected(1012);
            idle.assertDisconnected(1012);
            stranger.assertDisconnected(1012);
        } finally {
            service.start();
        }
    }

    /// The suite itself has the service pause while another one is used.
    @Test
    void start_afterAStop_takesSocketsAgain() {
        service.stop();

        service.start();

        Matcha.live(port(), new People(service).one("started")).close();
    }

    /// Another one after each start.
    private int port() {
        return service.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
