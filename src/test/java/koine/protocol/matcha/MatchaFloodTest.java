package koine.protocol.matcha;

import java.util.Map;
import java.util.concurrent.CompletionException;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestPropertySource;

/// More than anybody may send.
@KoineTest
@TestPropertySource(
        properties = {"koine.limits.enabled=true", "koine.limits.frames.burst=20", "koine.limits.frames.per-second=1"})
class MatchaFloodTest {

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext service;

    @Test
    void packets_moreThanASocketTakes_endTheSession() {
        try (var socket = Matcha.of(port, new People(service).one("flood"))) {
            flood(socket);

            socket.assertDisconnected(4429);
        }
    }

    @ParameterizedTest
    @EnumSource
    void packets_ofStrangers_endTheSessionToo(Matcha.Address address) {
        try (var socket = Matcha.open(port, address, "", Map.of(), "")) {
            flood(socket);

            socket.assertDisconnected(4429);
        }
    }

    private static void flood(Matcha socket) {
        try {
            for (var i = 0; i < 40; i++) {
                socket.emit("nothing");
            }
        } catch (CompletionException _) {
            // it has been closed already
        }
    }
}
