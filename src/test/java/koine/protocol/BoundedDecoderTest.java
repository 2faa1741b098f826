package koine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.CloseStatus;
import reactor.core.publisher.Mono;

class BoundedDecoderTest {

    private static final int MOST = 1_000_000;
    private static final int LARGE = 100_000;

    private final LargeFrames frames = new LargeFrames(
            new SocketProperties(DataSize.ofKilobytes(64), 1, Duration.ofSeconds(1)), new SimpleMeterRegistry());
    private final Intake intake = frames.intake(DataSize.ofBytes(MOST));
    private final EmbeddedChannel channel = new EmbeddedChannel(new BoundedDecoder(
            WebSocketDecoderConfig.newBuilder()
                    .maxFramePayloadLength(MOST)
                    .closeOnProtocolViolation(false)
                    .build(),
            intake));

    @AfterEach
    void release() {
        channel.releaseInbound();
        frames.destroy();
    }

    @Test
    void frame_smallOfAStranger_comesThrough() {
        channel.writeInbound(bytes(text(Intake.SMALL, true)));

        assertThat(channel.<WebSocketFrame>readInbound().content().readableBytes())
                .isEqualTo(Intake.SMALL);
    }

    @Test
    void frame_largeOfAStranger_isRefusedBeforeItIsThere() {
        var begun = bytes(text(LARGE, true)).readSlice(Intake.SMALL + 100);

        refused(begun, CloseCodes.FRAME_TOO_LARGE);
        assertThat(channel.writeInbound(bytes(text(1, true)))).isFalse();
    }

    @Test
    void fragments_largeTogetherOfAStranger_areRefused() {
        channel.writeInbound(bytes(text(Intake.SMALL, false)));

        refused(bytes(new ContinuationWebSocketFrame(true, 0, content(1))), CloseCodes.FRAME_TOO_LARGE);
    }

    @Test
    void frame_largeOfAGuest_holdsItsRoomUntilItIsCarriedOut() {
        intake.widen();
        channel.writeInbound(bytes(text(LARGE, true)));

        assertThat(channel.<WebSocketFrame>readInbound().content().readableBytes())
                .isEqualTo(LARGE);
        assertThat(frames.take()).isFalse();
        intake.apart(LARGE, Mono.empty()).block();
        await().until(frames::take); // given back after the work has completed
    }

    @Test
    void frame_largeWithoutRoom_isRefused() {
        intake.widen();
        assertThat(frames.take()).isTrue();

        refused(bytes(text(LARGE, true)).readSlice(Intake.SMALL + 100), CloseCodes.NO_ROOM);
    }

    @Test
    void frame_largeThatDoesNotCome_isGivenUpAfterAMinuteAndItsRoomWithTheSocket() {
        intake.widen();
        channel.freezeTime();
        channel.writeInbound(bytes(text(LARGE, true)).readSlice(Intake.SMALL + 100));
        assertThat(frames.take()).isFalse();

        channel.advanceTimeBy(59, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.checkException();
        channel.advanceTimeBy(2, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThatThrownBy(channel::checkException)
                .isInstanceOfSatisfying(
                        BoundedDecoder.RefusedFrame.class,
                        problem -> assertThat(problem.status()).isEqualTo(CloseCodes.FRAME_TOO_SLOW));
        intake.close();
        assertThat(frames.take()).isTrue();
    }

    private void refused(ByteBuf bytes, CloseStatus status) {
        assertThatThrownBy(() -> channel.writeInbound(bytes))
                .isInstanceOfSatisfying(
                        BoundedDecoder.RefusedFrame.class,
                        problem -> assertThat(problem.status()).isEqualTo(status));
    }

    private static TextWebSocketFrame text(int size, boolean all) {
        return new TextWebSocketFrame(all, 0, content(size));
    }

    private static ByteBuf content(int size) {
        return Unpooled.wrappedBuffer(new byte[size]);
    }

    /// As a client sends it.
    private static ByteBuf bytes(WebSocketFrame frame) {
        var client = new EmbeddedChannel(new WebSocket13FrameEncoder(true));
        client.writeOutbound(frame);
        var all = Unpooled.buffer();
        for (ByteBuf part = client.readOutbound(); part != null; part = client.readOutbound()) {
            all.writeBytes(part);
        }
        return all;
    }
}
