package koine.protocol.matcha.socketio;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// What the server does for one client, which may outlive the request that it came with: a bounded number of
/// tasks at a time, begun in their order.
final class Work {

    private static final Logger log = LoggerFactory.getLogger(Work.class);

    // guarded by this
    private final Deque<Task> waiting = new ArrayDeque<>(1);
    private int free;
    private int underWay;
    private @Nullable Runnable whenIdle;

    Work(int atATime) {
        this.free = atATime;
    }

    private record Task(Mono<Void> work, MonoSink<Void> begun) {}

    /// Completes when the task has been begun. It is not cancelled with whoever waits for that, but knows what is
    /// known of them, where they are for one.
    Mono<Void> begin(Mono<Void> work) {
        return Mono.create(begun -> {
            var task = new Task(work.contextWrite(begun.contextView()), begun);
            if (takesTurn(task)) {
                run(task);
            }
        });
    }

    /// Begins what lasts as long as somebody wants it.
    Disposable keep(Mono<Void> work) {
        return work.subscribe(null, Work::fault);
    }

    /// Runs once, as soon as no task is under way.
    void whenIdle(Runnable then) {
        synchronized (this) {
            whenIdle = then;
        }
        checkIdle();
    }

    private synchronized boolean takesTurn(Task task) {
        if (free == 0) {
            waiting.add(task);
            return false;
        }
        free--;
        underWay++;
        return true;
    }

    private void run(Task task) {
        task.work().doFinally(_ -> next()).subscribe(null, Work::fault);
        task.begun().success();
    }

    private void next() {
        Task next;
        synchronized (this) {
            free++;
            underWay--;
            next = waiting.poll();
        }
        if (next == null) {
            checkIdle();
        } else if (takesTurn(next)) {
            run(next);
        }
    }

    private void checkIdle() {
        Runnable then = null;
        synchronized (this) {
            if (underWay == 0) {
                then = whenIdle;
                whenIdle = null;
            }
        }
        if (then != null) {
            then.run();
        }
    }

    /// That a client is gone before it was told is nothing to be told of.
    private static void fault(Throwable problem) {
        if (!(problem instanceof NotSent)) {
            log.error("a Socket.IO event failed", problem);
        }
    }
}
