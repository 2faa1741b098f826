package koine.media;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Threads for what may block: short reads and writes of files, and apart from them the long work with images.
///
/// Work that was begun is done to its end, also if nobody waits for it any more: what it holds is then given
/// back at a known place, and by nobody else at the same time.
///
/// Errors: `TOO_MANY_REQUESTS` when too much is waiting; `UNAVAILABLE` when the disk fails, or is full.
@Component
class MediaThreads implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(MediaThreads.class);

    private static final int DISK_THREADS = 4;
    private static final int DISK_QUEUE = 10_000;
    private static final int IDLE_SECONDS = 60;

    private final Scheduler disk =
            Schedulers.newBoundedElastic(DISK_THREADS, DISK_QUEUE, "koine-media-disk", IDLE_SECONDS, true);
    private final Scheduler images;

    MediaThreads(MediaProperties properties) {
        this.images = Schedulers.newBoundedElastic(
                properties.imageThreads(), properties.imageQueue(), "koine-media-image", IDLE_SECONDS, true);
    }

    /// Work that has no result.
    @FunctionalInterface
    interface Action {

        void run() throws IOException;
    }

    Mono<Void> doOnDisk(Action action) {
        return on(disk, () -> {
                    action.run();
                    return true;
                })
                .then();
    }

    <T> Mono<T> onDisk(Callable<? extends T> work) {
        return on(disk, work);
    }

    <T> Mono<T> onImages(Callable<? extends T> work) {
        return on(images, work);
    }

    @Override
    public void destroy() {
        disk.dispose();
        images.dispose();
    }

    /// Whether work that ended so had not even been begun.
    static boolean wasNotBegun(Throwable problem) {
        return problem instanceof Refused refused && refused.code() == ErrorCode.TOO_MANY_REQUESTS;
    }

    private static <T> Mono<T> on(Scheduler scheduler, Callable<? extends T> work) {
        return Mono.fromFuture(
                        () -> Mono.<T>fromCallable(work).subscribeOn(scheduler).toFuture(), true)
                .onErrorMap(RejectedExecutionException.class, _ -> busy())
                .onErrorMap(IOException.class, MediaThreads::unavailable);
    }

    private static Refused busy() {
        return new Refused(ErrorCode.TOO_MANY_REQUESTS, "too many files are being worked on");
    }

    private static Refused unavailable(Throwable problem) {
        log.error("A file can't be read or written", problem);
        return new Refused(ErrorCode.UNAVAILABLE, "the service can't reach its files; try again");
    }
}
