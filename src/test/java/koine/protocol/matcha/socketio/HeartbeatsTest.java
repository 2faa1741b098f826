package koine.protocol.matcha.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import koine.protocol.CloseCodes;
import koine.protocol.matcha.socketio.SocketIoSocket.Ended;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Heartbeats of a server that is in a hurry.
class HeartbeatsTest {

    private static EchoServer server;

    @BeforeAll
    static void start() {
        var usual = SocketIoSettings.DEFAULT;
        server = EchoServer.of(new SocketIoSettings(
                new SocketIoSettings.Heartbeats(Duration.ofMillis(100), Duration.ofMillis(900)),
                usual.limits(),
                usual.joinWithin(),
                usual.upgradeWithin()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void version4_clientAnswers_isPingedAgain() throws ExecutionException {
        var polls = Polls.engine(server, EngineVersion.V4);
        try (var wire = Wire.engine(server, EngineVersion.V4)) {
            wire.next();
            for (int i = 0; i < 3; i++) {
                assertThat(polls.poll().body()).isEqualTo("2");
                assertThat(polls.post("3").body()).isEqualTo("ok");
                assertThat(wire.next()).isEqualTo("2");
                wire.send("3");
            }
        }
    }

    @Test
    void clients_silent_areClosed() throws ExecutionException {
        try (var four = Wire.joined(server, EngineVersion.V4);
                var three = Wire.joined(server, EngineVersion.V3)) {
            var polling = Stream.of(EngineVersion.values())
                    .map(version -> Polls.open(server, version))
                    .toList();

            assertThat(four.closeCode()).isEqualTo(CloseCodes.SILENT.getCode());
            assertThat(three.closeCode()).isEqualTo(CloseCodes.SILENT.getCode());
            assertThat(List.of(server.nextEnding(), server.nextEnding())).containsOnly(Ended.SILENT);
            assertThat(polling)
                    .allSatisfy(polls -> Awaitility.await().until(() -> server.knows(polls.sid()), known -> !known));
            assertThat(polling)
                    .allSatisfy(
                            polls -> assertThat(polls.post("4a").statusCode()).isEqualTo(400));
        }
    }

    /// Its pings come, but nobody takes what is for it.
    @Test
    void version3_pingsButDoesNotPoll_isClosed() {
        var polls = Polls.open(server, EngineVersion.V3);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(200))
                .until(() -> polls.post("2").statusCode(), status -> status == 400);
    }
}
