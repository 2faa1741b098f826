package koine.database;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Ends a connection to the database on which something was asked and nothing at all has come back for too
/// long: a network that swallows everything, a server that was stopped, a statement that waits for a lock. Who
/// waits for an answer then gets an error, as with any connection that breaks, and nobody else is given it.
///
/// What futures there are say nothing that is not said by the connection's end.
///
/// Everything here runs in the connection's event loop.
@SuppressWarnings("FutureReturnValueIgnored")
class AnswerWatch extends ChannelDuplexHandler {

    private final long limit;
    private boolean asked;
    private boolean looking;
    private long since;

    AnswerWatch(Duration limit) {
        this.limit = limit.toNanos();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!asked) {
            asked = true;
            since = System.nanoTime();
        }
        if (!looking) {
            looking = true;
            lookIn(limit, context);
        }
        context.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        asked = false;
        context.fireChannelRead(message);
    }

    private void lookIn(long nanos, ChannelHandlerContext context) {
        context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        var left = since + limit - System.nanoTime();
        if (!asked || !context.channel().isActive()) {
            looking = false;
        } else if (left > 0) {
            lookIn(left, context);
        } else {
            context.close();
        }
    }
}
