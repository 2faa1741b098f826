package koine.security;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// What the service logs that it should not have to: errors, and stack traces of anything worse than a hint. Only of
/// the rooms that answer clients, since other tests may run at the same time.
final class Faults extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private static final List<String> LOGGERS =
            List.of("koine.protocol", "koine.auth", "org.springframework", "reactor", "io.netty", "io.r2dbc");

    private final List<String> logged = new CopyOnWriteArrayList<>();

    Faults() {
        start();
        LOGGERS.forEach(name -> logger(name).addAppender(this));
    }

    List<String> logged() {
        return logged;
    }

    /// A leak is found long after it was made: one that was not made while somebody was served over HTTP or a socket is
    /// that of another test, which cuts connections to Postgres, say.
    private static boolean isLeakOfAnother(ILoggingEvent event) {
        return event.getLoggerName().equals(ResourceLeakDetector.class.getName())
                && !event.getFormattedMessage().contains("reactor.netty.http.server");
    }

    @Override
    protected void append(ILoggingEvent event) {
        var trace = event.getThrowableProxy();
        if (isLeakOfAnother(event)) {
            return;
        }
        if (event.getLevel() == Level.ERROR
                || (trace != null && event.getLevel().isGreaterOrEqual(Level.WARN))) {
            logged.add(event.getLoggerName() + ": " + event.getFormattedMessage()
                    + (trace == null ? "" : " " + trace.getClassName() + ": " + trace.getMessage()));
        }
    }

    @Override
    public void close() {
        LOGGERS.forEach(name -> logger(name).detachAppender(this));
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
