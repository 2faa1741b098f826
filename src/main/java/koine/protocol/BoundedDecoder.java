package koine.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.socket.CloseStatus;

/// Netty's decoder, which goes by a limit that may rise while the socket is open. Bytes are counted as they come, of
/// one message whether in one frame or in fragments: so no more of it is kept than may come.
final class BoundedDecoder extends WebSocket13FrameDecoder {

    /// How long a large message may take to come, once it has turned out to be one.
    private static final long PATIENCE_SECONDS = 60;

    private final Intake intake;

    /// Of the message's fragments that are there.
    private long before;

    private boolean large;

    /// When a large message has to be there; null if none is on its way.
    private @Nullable Future<?> deadline;

    private boolean refused;

    BoundedDecoder(WebSocketDecoderConfig config, Intake intake) {
        super(config);
        this.intake = intake;
    }

    /// A message that is not taken.
    static final class RefusedFrame extends DecoderException {

        private static final long serialVersionUID = 1L;

        private final transient CloseStatus status;

        RefusedFrame(CloseStatus status) {
            super(status.getReason());
            this.status = status;
        }

        CloseStatus status() {
            return status;
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (refused) {
            in.skipBytes(in.readableBytes());
            return;
        }
        var had = out.size();
        super.decode(context, in, out);
        if (out.size() == had) {
            look(context, in, before + in.readableBytes());
        } else if (out.getLast() instanceof WebSocketFrame frame && isData(frame)) {
            take(context, in, frame, out);
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        forgetDeadline();
    }

    private void take(ChannelHandlerContext context, ByteBuf in, WebSocketFrame frame, List<Object> out) {
        before += frame.content().readableBytes();
        try {
            look(context, in, before);
        } catch (RefusedFrame refusal) {
            out.removeLast();
            frame.release();
            throw refusal;
        }
        if (frame.isFinalFragment()) {
            before = 0;
            large = false;
            forgetDeadline();
        }
    }

    private void look(ChannelHandlerContext context, ByteBuf in, long bytes) {
        if (!intake.admits(bytes)) {
            refuse(in, CloseCodes.FRAME_TOO_LARGE);
        }
        if (intake.isCounted() && bytes > Intake.SMALL && !large) {
            large = true;
            if (!intake.begin()) {
                refuse(in, CloseCodes.NO_ROOM);
            }
            deadline = context.executor().schedule(() -> giveUp(context), PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /// Who sends a byte now and then would keep the room from others.
    private void giveUp(ChannelHandlerContext context) {
        refused = true;
        context.fireExceptionCaught(new RefusedFrame(CloseCodes.FRAME_TOO_SLOW));
    }

    private void forgetDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void refuse(ByteBuf in, CloseStatus status) {
        refused = true;
        forgetDeadline();
        in.skipBytes(in.readableBytes());
        throw new RefusedFrame(status);
    }

    private static boolean isData(WebSocketFrame frame) {
        return frame instanceof TextWebSocketFrame
                || frame instanceof BinaryWebSocketFrame
                || frame instanceof ContinuationWebSocketFrame;
    }
}
