package koine.protocol;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Semaphore;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// The large messages of all sockets: so many may be on their way, or be carried out, at the same time, so that
/// what they take of memory has a bound however many sockets there are. Looking at megabytes takes milliseconds, so
/// it is done on threads of their own.
@Component
public class LargeFrames implements DisposableBean {

    private static final int THREADS = 2;
    private static final int IDLE_SECONDS = 60;

    private final Semaphore room;
    private final Scheduler threads;

    LargeFrames(SocketProperties properties, MeterRegistry meters) {
        this.room = new Semaphore(properties.largeFrames());
        // no more wait for a thread than there is room for
        this.threads = Schedulers.newBoundedElastic(
                THREADS, properties.largeFrames(), "koine-large-frame", IDLE_SECONDS, true);
        Gauge.builder("koine.socket.large.frames", room, left -> properties.largeFrames() - left.availablePermits())
                .description("Large messages that are on their way or being carried out")
                .register(meters);
    }

    /// Of a new socket, on which nobody has signed in.
    ///
    /// @param most the largest message that it may send once somebody has
    Intake intake(DataSize most) {
        return Intake.narrow(Math.toIntExact(most.toBytes()), this);
    }

    /// Room for one; false if there is none.
    boolean take() {
        return room.tryAcquire();
    }

    void giveBack() {
        room.release();
    }

    Scheduler threads() {
        return threads;
    }

    @Override
    public void destroy() {
        threads.dispose();
    }
}
