package koine.protocol.matcha.socketio;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/// Finds out that a client is gone. With Engine.IO 4 the server pings and awaits each answer; with Engine.IO 3 the
/// client pings, and whatever comes from it is a sign of life.
final class Heartbeat {

    private final EngineVersion version;
    private final SocketIoSettings.Heartbeats times;
    private final Scheduler scheduler;
    private final Runnable ping;
    private final Runnable silent;
    private final Disposable.Swap timer = Disposables.swap();

    Heartbeat(
            EngineVersion version,
            SocketIoSettings.Heartbeats times,
            Scheduler scheduler,
            Runnable ping,
            Runnable silent) {
        this.version = version;
        this.times = times;
        this.scheduler = scheduler;
        this.ping = ping;
        this.silent = silent;
    }

    void start() {
        switch (version) {
            case V3 -> after(times.patience(), silent);
            case V4 -> after(times.interval(), this::ping);
        }
    }

    /// Something came.
    void heard() {
        if (version == EngineVersion.V3) {
            start();
        }
    }

    /// An answer to a ping came; without a ping before it, it changes nothing but the time of the next.
    void answered() {
        start();
    }

    void stop() {
        timer.dispose();
    }

    private void ping() {
        after(times.timeout(), silent);
        ping.run();
    }

    private void after(Duration delay, Runnable task) {
        timer.update(scheduler.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS));
    }
}
