package koine.protocol;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import koine.limit.LimitProperties;
import org.jspecify.annotations.Nullable;

/// Watches how fast one client sends its requests. Whoever sends a byte now and then would keep a connection, and
/// what was read so far, for as long as they like: too slow a head is answered with 408 or not at all, too slow a
/// body with 408, and then the connection is closed. An answer may take its time; so may whoever takes one.
///
/// Once the connection is a WebSocket it is left alone.
final class SlowRequests extends ChannelDuplexHandler {

    /// How often it is looked at, in parts of what a head may take.
    private static final int LOOKS = 4;

    private enum Stage {
        /// The connection is new, and the head of the first request is due.
        FIRST_HEAD,
        /// A request was answered, and another may come.
        NEXT_HEAD,
        BODY,
        ANSWER
    }

    private final LimitProperties.Requests limits;
    private Stage stage = Stage.FIRST_HEAD;
    private long since = System.nanoTime();
    private long received;
    private int unanswered;
    private boolean answering;
    private @Nullable Future<?> looking;

    SlowRequests(LimitProperties.Requests limits) {
        this.limits = limits;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        var pause = limits.headWithin().dividedBy(LOOKS).toMillis();
        looking = context.executor().scheduleWithFixedDelay(() -> look(context), pause, pause, TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (looking != null) {
            looking.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            enter(Stage.BODY);
            received = 0;
            unanswered++;
        }
        if (message instanceof HttpContent content) {
            received += content.content().readableBytes();
        }
        if (message instanceof LastHttpContent) {
            enter(unanswered > 0 ? Stage.ANSWER : Stage.NEXT_HEAD);
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpResponse response) {
            begin(response.status(), context);
        }
        if (message instanceof LastHttpContent && answering) {
            answering = false;
            unanswered--;
            afterAnswer();
        }
        super.write(context, message, promise);
    }

    /// That a client may go on, with its body say, is no answer yet.
    private void begin(HttpResponseStatus status, ChannelHandlerContext context) {
        if (status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            context.pipeline().remove(this);
        } else if (status.codeClass() != HttpStatusClass.INFORMATIONAL) {
            answering = true;
        }
    }

    private void afterAnswer() {
        if (stage == Stage.ANSWER && unanswered == 0) {
            enter(Stage.NEXT_HEAD);
        }
    }

    private void enter(Stage next) {
        stage = next;
        since = System.nanoTime();
    }

    private void look(ChannelHandlerContext context) {
        var time = Duration.ofNanos(System.nanoTime() - since);
        switch (stage) {
            case FIRST_HEAD -> closeIf(time.compareTo(limits.headWithin()) > 0, context);
            case NEXT_HEAD -> closeIf(time.compareTo(limits.idle()) > 0, context);
            case BODY -> closeIf(isTooSlow(time), context);
            case ANSWER -> {}
        }
    }

    private boolean isTooSlow(Duration time) {
        var counted = time.minus(limits.bodyGrace());
        return counted.isPositive()
                && received
                        < counted.toMillis() / 1_000.0 * limits.bytesPerSecond().toBytes();
    }

    private void closeIf(boolean tooSlow, ChannelHandlerContext context) {
        if (!tooSlow) {
            return;
        }
        if (stage == Stage.NEXT_HEAD || answering) {
            var _ = context.close();
        } else {
            var _ = context.writeAndFlush(timedOut()).addListener(ChannelFutureListener.CLOSE);
        }
        context.pipeline().remove(this);
    }

    private static HttpResponse timedOut() {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.REQUEST_TIMEOUT);
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, 0)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}
