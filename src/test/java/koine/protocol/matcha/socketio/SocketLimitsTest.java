package koine.protocol.matcha.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import koine.protocol.CloseCodes;
import koine.protocol.matcha.socketio.NotSent.Why;
import koine.protocol.matcha.socketio.SocketIoSocket.Ended;
import koine.protocol.matcha.socketio.SocketIoSocket.Sending;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/// What a client may cost, and what becomes of one that costs more.
class SocketLimitsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String UPGRADE = String.join(
            "\r\n",
            "GET /socket.io/?EIO=3&transport=websocket HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "");

    @Test
    void post_tooLarge_endsTheSession() {
        try (var server = EchoServer.patient()) {
            var polls = joined(server);
            var answer = polls.post("4" + "x".repeat(1_000_000));
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).isEqualTo("{\"code\":3,\"message\":\"Payload too large\"}");
            assertThat(polls.poll().statusCode()).isEqualTo(400);
            assertThat(server.nextEnding()).isEqualTo(Ended.TOO_LARGE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void frame_tooLarge_closesTheConnection(EngineVersion version) throws ExecutionException {
        try (var server = EchoServer.patient();
                var wire = Wire.joined(server, version)) {
            wire.send("42[\"message\",\"" + "x".repeat(1_000_000) + "\"]");
            assertThat(wire.closeCode()).isEqualTo(CloseCodes.FRAME_TOO_LARGE.getCode());
            assertThat(server.nextEnding()).isEqualTo(Ended.TOO_LARGE);
        }
    }

    @Test
    void sessions_tooMany_areRefusedUntilOneEnds() throws ExecutionException {
        try (var server = EchoServer.of(EchoServer.with(EchoServer.limits(10, 10_000, 2)));
                var wire = Wire.joined(server, EngineVersion.V4)) {
            var polls = joined(server);

            var refused = Polls.ask(server.port(), "/socket.io/?EIO=4&transport=polling");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("10");
            assertThat(refused.body()).isEqualTo("{\"code\":4,\"message\":\"Too many sessions\"}");
            assertThat(Wire.refusal(server, "EIO=4&transport=websocket")).isEqualTo(503);

            polls.post("1");
            wire.send("42[\"message\",1]");
            assertThat(wire.next()).isEqualTo("42[\"message-back\",1]");
            joined(server);
            assertThat(server.io().sessionCount()).isEqualTo(2);
        }
    }

    @Test
    void gate_refuses_answers403() {
        Gate sameOrigin = handshake -> "http://here".equals(handshake.headers().getOrigin())
                        || handshake.query().containsKey("token")
                ? Mono.empty()
                : Mono.error(new HandshakeRefused("another origin"));
        try (var server = EchoServer.of(sameOrigin)) {
            var refused = Polls.ask(server.port(), "/socket.io/?EIO=4&transport=polling");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).isEqualTo("{\"code\":4,\"message\":\"another origin\"}");
            assertThat(Wire.refusal(server, "EIO=3&transport=websocket")).isEqualTo(403);
            assertThat(server.io().sessionCount()).isZero();
            assertThat(Polls.ask(server.port(), "/socket.io/?EIO=4&transport=polling&token=t")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void emit_moreThanMayWait_isNotQueued() {
        try (var server = EchoServer.of(EchoServer.with(EchoServer.limits(3, 10_000, 10)))) {
            var polls = joined(server);
            var socket = server.nextSocket();
            var waiting = List.of(
                    socket.emit(number(1)).toFuture(),
                    socket.emit(number(2)).toFuture(),
                    socket.emit(number(3)).toFuture());

            socket.emit(number(4)).as(StepVerifier::create).verifyErrorSatisfies(isNotSent(Why.FULL));
            assertThat(waiting).noneMatch(sent -> sent.isDone());

            assertThat(polls.poll().body()).isEqualTo("42[\"number\",1]\u001e42[\"number\",2]\u001e42[\"number\",3]");
            assertThat(waiting).allSatisfy(sent -> assertThat(sent).succeedsWithin(PATIENCE));
        }
    }

    @Test
    void emit_moreBytesThanMayWait_isNotQueued() {
        try (var server = EchoServer.of(EchoServer.with(EchoServer.limits(100, 100, 10)))) {
            joined(server);
            var large = EncodedEvent.encode(EchoServer.JSON, "large", "x".repeat(100));
            server.nextSocket().emit(large).as(StepVerifier::create).verifyErrorSatisfies(isNotSent(Why.FULL));
        }
    }

    @Test
    void emitAll_nobodyPolls_asksTheProducerForNoMoreThanWaits() {
        try (var server = EchoServer.patient()) {
            var polls = joined(server);
            var produced = new AtomicLong();
            var written = new AtomicLong();
            var all = server.nextSocket()
                    .emitAll(Flux.range(1, 500)
                            .doOnNext(_ -> produced.incrementAndGet())
                            .map(number -> new Sending(number(number), written::incrementAndGet)))
                    .toFuture();

            assertThat(produced).hasValue(32);
            assertThat(all).isNotDone();
            assertThat(written).hasValue(0);

            var seen = new ArrayList<String>();
            while (seen.size() < 500) {
                seen.addAll(List.of(polls.poll().body().split("\u001e")));
                assertThat(produced.get()).isLessThanOrEqualTo(seen.size() + 32L);
            }
            assertThat(all).succeedsWithin(PATIENCE);
            assertThat(written).hasValue(500);
            assertThat(seen)
                    .isEqualTo(IntStream.rangeClosed(1, 500)
                            .mapToObj(n -> "42[\"number\"," + n + "]")
                            .toList());
        }
    }

    @Test
    void flood_morePacketsThanTheGuardAdmits_endsTheSessionInGoodOrder() throws ExecutionException {
        try (var server = EchoServer.ofPackets(3);
                var wire = Wire.joined(server, EngineVersion.V4)) {
            wire.send("42[\"message\",1]");
            wire.send("42[\"message\",2]");
            wire.send("42[\"message\",3]");
            wire.send("42[\"message\",4]");

            wire.await("42[\"message-back\",2]");
            assertThat(wire.next()).isEqualTo("41");
            assertThat(wire.closeCode()).isEqualTo(4429);
            assertThat(server.nextEnding()).isEqualTo(Ended.DISCONNECTED);
        }
    }

    @Test
    void emit_sessionEnds_failsForWhatWaits() {
        try (var server = EchoServer.patient()) {
            var polls = joined(server);
            var socket = server.nextSocket();
            var waiting = socket.emit(number(1)).toFuture();
            var called = socket.call(number(2), PATIENCE).toFuture();

            polls.post("1");

            assertThat(waiting).failsWithin(PATIENCE);
            assertThat(called).failsWithin(PATIENCE);
            socket.emit(number(3)).as(StepVerifier::create).verifyErrorSatisfies(isNotSent(Why.ENDED));
            socket.emitAll(Flux.just(Sending.of(number(3))))
                    .as(StepVerifier::create)
                    .verifyErrorSatisfies(isNotSent(Why.ENDED));
            socket.call(number(3), PATIENCE).as(StepVerifier::create).verifyErrorSatisfies(isNotSent(Why.ENDED));
            assertThat(server.nextEnding()).isEqualTo(Ended.GONE);
        }
    }

    @Test
    void call_noAnswer_timesOutAndIsForgotten() throws ExecutionException {
        try (var server = EchoServer.patient();
                var wire = Wire.joined(server, EngineVersion.V4)) {
            var socket = server.nextSocket();
            socket.call(number(1), Duration.ofMillis(20))
                    .as(StepVerifier::create)
                    .verifyError(TimeoutException.class);
            assertThat(wire.next()).isEqualTo("420[\"number\",1]");
            wire.send("430[]"); // too late
            wire.send("42[\"message\",1]");
            assertThat(wire.next()).isEqualTo("42[\"message-back\",1]");
        }
    }

    @Test
    void events_moreThanAreTakenAtATime_areReadNoFurther() throws ExecutionException {
        try (var server = EchoServer.of(EchoServer.with(EchoServer.limits(100, 10_000, 10)))) {
            var polls = joined(server);
            // each waits until what it sends has been taken: four do, the fifth has the post wait
            var post = Mono.fromCallable(() -> polls.post(
                            "42[\"message\",1]",
                            "42[\"message\",2]",
                            "42[\"message\",3]",
                            "42[\"message\",4]",
                            "42[\"message\",5]"))
                    .subscribeOn(Schedulers.boundedElastic())
                    .toFuture();
            var socket = server.nextSocket();
            await().until(() -> socket.queuedBytes() == 4L * "42[\"message-back\",1]".length());
            assertThat(post).isNotDone();

            polls.pollUntil("42[\"message-back\",5]");
            assertThat(post).succeedsWithin(PATIENCE);
        }
    }

    @Test
    void invalidUtf8_anyTransport_endsTheSession() {
        try (var server = EchoServer.patient()) {
            var polls = joined(server);
            assertThat(polls.postBytes(new byte[] {'4', '2', (byte) 0xC3, '('}).statusCode())
                    .isEqualTo(400);
            assertThat(polls.poll().statusCode()).isEqualTo(400);
        }
    }

    @Test
    void shutDown_sessionsOfAllKinds_areToldAndEnd() throws ExecutionException {
        try (var server = EchoServer.patient();
                var wire = Wire.joined(server, EngineVersion.V4);
                var mute = Wire.engine(server, EngineVersion.V4)) {
            var polls = joined(server);
            mute.next();
            var poll = polls.pollLater();
            await().until(() -> server.isPolled(polls.sid()));
            wire.send("421[\"message-with-ack\",1]");

            var down = server.io().shutDown(() -> CloseCodes.goingDown(3)).toFuture();

            assertThat(wire.next()).isIn("431[1]", "41");
            assertThat(wire.closeCode()).isEqualTo(1012);
            assertThat(mute.closeCode()).isEqualTo(1012);
            assertThat(poll.join().body()).isEqualTo("41");
            assertThat(polls.poll().body()).isEqualTo("1");
            assertThat(down).succeedsWithin(PATIENCE);
            assertThat(server.io().sessionCount()).isZero();
            assertThat(Polls.ask(server.port(), "/socket.io/?EIO=4&transport=polling")
                            .statusCode())
                    .isEqualTo(503);
        }
    }

    @Test
    void webSocket_clientVanishes_endsTheSession() throws ExecutionException {
        try (var server = EchoServer.patient()) {
            Wire.joined(server, EngineVersion.V4).close();
            assertThat(server.nextEnding()).isEqualTo(Ended.GONE);
            await().until(() -> server.io().sessionCount() == 0);
        }
    }

    @Test
    void disconnect_clientTakesNothing_isCutOff() throws IOException {
        try (var server = EchoServer.patient();
                var deaf = new Socket("localhost", server.port())) {
            deaf.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.US_ASCII));
            var socket = server.nextSocket();
            var large = EncodedEvent.encode(EchoServer.JSON, "large", "x".repeat(100_000));
            var sending = socket.emitAll(Flux.range(1, 1_000).map(_ -> Sending.of(large)))
                    .toFuture();
            await().until(() -> socket.queuedBytes() > 3_000_000);

            socket.disconnect(EchoServer.KICKED);

            assertThat(server.nextEnding()).isEqualTo(Ended.DISCONNECTED);
            assertThat(sending.handle((_, problem) -> problem != null)).succeedsWithin(PATIENCE);
            await().until(() -> isReset(deaf));
            assertThat(server.io().sessionCount()).isZero();
        }
    }

    /// Whether a pong of it is refused by now.
    private static boolean isReset(Socket socket) {
        try {
            socket.getOutputStream().write(new byte[] {(byte) 0x8A, (byte) 0x80, 1, 2, 3, 4});
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    private static Polls joined(EchoServer server) {
        var polls = Polls.engine(server, EngineVersion.V4);
        polls.post("40");
        polls.pollUntil("42[\"auth\",{}]");
        return polls;
    }

    private static EncodedEvent number(int number) {
        return EncodedEvent.encode(EchoServer.JSON, "number", number);
    }

    private static Consumer<Throwable> isNotSent(Why why) {
        return problem -> assertThat(problem)
                .isInstanceOfSatisfying(
                        NotSent.class, notSent -> assertThat(notSent.why()).isEqualTo(why));
    }
}
