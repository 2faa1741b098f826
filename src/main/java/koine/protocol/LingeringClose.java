package koine.protocol;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes a socket so that its client can read why. A connection that is closed while bytes of the client's are unread,
/// or still on their way, is reset, and a reset takes away what the client has not read: the close frame. So after the
/// close frame has been written, what comes is thrown away until the client has answered with its own (RFC 6455, 7.1.1)
/// or has closed the connection. A client that says nothing for a second is not waited for, and none for more than
/// five.
///
/// A connection on which no close frame could be written is closed at once. Used by its connection's event loop only.
// Netty tells whoever made a promise how it ended
@SuppressWarnings("FutureReturnValueIgnored")
final class LingeringClose extends ChannelDuplexHandler {

    private static final long LOOK_SECONDS = 1;
    private static final int MOST_LOOKS = 5;

    private @Nullable ChannelPromise lastWord;
    private boolean answered;

    /// Null until it lingers.
    private @Nullable Future<?> nextLook;

    private int looks;
    private boolean heard;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof CloseWebSocketFrame) {
            lastWord = promise.unvoid();
            context.write(message, lastWord);
        } else {
            context.write(message, promise);
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (answered || lastWord == null || !lastWord.isSuccess()) {
            context.close(promise);
        } else {
            // what it ends with, whoever ends it
            context.channel().closeFuture().addListener(_ -> promise.trySuccess());
            linger(context);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var isClose = message instanceof CloseWebSocketFrame;
        answered |= isClose;
        if (!isLingering()) {
            context.fireChannelRead(message);
            return;
        }
        ReferenceCountUtil.release(message);
        if (isClose) {
            context.close();
        }
    }

    /// Also of what the decoder has thrown away.
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        heard = true;
        context.fireChannelReadComplete();
    }

    /// What can't be read any more is none of the application's business.
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
        if (!isLingering()) {
            context.fireExceptionCaught(problem);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (nextLook != null) {
            nextLook.cancel(false);
        }
    }

    private boolean isLingering() {
        return nextLook != null;
    }

    private void linger(ChannelHandlerContext context) {
        if (!isLingering()) {
            lookAgain(context);
            context.channel().config().setAutoRead(true);
        }
    }

    private void lookAgain(ChannelHandlerContext context) {
        heard = false;
        nextLook = context.executor().schedule(() -> look(context), LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look(ChannelHandlerContext context) {
        looks++;
        if (heard && looks < MOST_LOOKS) {
            lookAgain(context);
        } else {
            context.close();
        }
    }
}
