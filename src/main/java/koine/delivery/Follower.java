package koine.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import koine.kernel.AccountId;
import koine.log.Log;
import koine.log.LogPage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// Goes on from a position in the log, for one connection: what comes after it is put into the outbox, each event
/// once and in the log's order.
///
/// It is either **live**, and is offered events as they come, or **catching up**: pages are read from the log, each
/// when the outbox has room for it, until a page meets the live end. Following from an old position and falling
/// behind because the outbox was full are the same case.
///
/// Safe for use by several threads.
final class Follower {

    private static final Logger log = LoggerFactory.getLogger(Follower.class);
    private static final Duration READ_AGAIN = Duration.ofMillis(500);

    private final EventFrames frames;
    private final Log theLog;
    private final OpenConnections connections;
    private final DeliveryProperties properties;
    private final Supplier<AccountId> account;
    private final Consumer<Ending> end;
    private final Outbox outbox;
    private final Sinks.Empty<Void> finished = Sinks.empty();

    // guarded by this
    private final Deque<Live> meanwhile = new ArrayDeque<>();
    private Mode mode = Mode.IDLE;
    private long cursor;
    private boolean lostSome;

    /// Tells a page that is still wanted from one that another [#follow] has made pointless.
    private int round;

    /// What is read before the log; null when that is done.
    private @Nullable Missed missed;

    /// Whether nothing of the log has been read since it began to follow.
    private boolean fresh;

    /// That of a [#follow] which has not been answered.
    private @Nullable Resumption resumption;

    /// @param account whose it is, known when it begins to follow
    /// @param end     told when it can't go on
    Follower(
            EventFrames frames,
            Log theLog,
            OpenConnections connections,
            DeliveryProperties properties,
            Supplier<AccountId> account,
            Consumer<Ending> end) {
        this.frames = frames;
        this.theLog = theLog;
        this.connections = connections;
        this.properties = properties;
        this.account = account;
        this.end = end;
        this.outbox =
                new Outbox(properties.queueEvents(), properties.queueBytes().toBytes(), this::onRoom);
    }

    private enum Mode {
        /// Gets no events: it has not asked for any yet.
        IDLE,
        /// A page is being read; live events are kept aside until it is there.
        READING,
        /// There is more to read, when the outbox has room.
        WAITING,
        LIVE,
        CLOSED
    }

    private record Live(long position, Frame frame) {}

    /// Where it puts what is to be written.
    Outbox outbox() {
        return outbox;
    }

    /// Goes on from a position, or starts again from another one. To be called when it is attached to the feed.
    ///
    /// @param source what was missed before the log is read from the position; null if nothing was
    void follow(long after, Resumption asked, @Nullable Missed source) {
        synchronized (this) {
            if (mode == Mode.CLOSED) {
                return;
            }
            if (resumption != null) {
                resumption.replaced().ifPresent(outbox::put);
            }
            cursor = after;
            resumption = asked;
            missed = source;
            fresh = true;
            mode = Mode.WAITING;
        }
        connections.resumed();
        outbox.flush();
        onRoom();
    }

    /// Puts nothing more into the outbox.
    void close() {
        synchronized (this) {
            mode = Mode.CLOSED;
            meanwhile.clear();
        }
        finished.tryEmitEmpty();
    }

    /// An event of the live feed. Called in the feed's order; nothing is written before the outbox is flushed.
    synchronized void offer(long position, Frame frame) {
        switch (mode) {
            case LIVE -> queue(position, frame);
            case READING -> keepAside(position, frame);
            case IDLE, WAITING, CLOSED -> {}
        }
    }

    /// Tells, if it is live, that everything up to the position, which is the feed's, has been sent. One that has
    /// caught up may be ahead of the feed: it is not sent back.
    synchronized void heartbeat(long position, Optional<Frame> frame) {
        if (mode == Mode.LIVE && position >= cursor) {
            cursor = position;
            frame.ifPresent(outbox::offerEphemeral);
        }
    }

    /// Whether it has begun, and is not closed.
    synchronized boolean isFollowing() {
        return mode != Mode.IDLE && mode != Mode.CLOSED;
    }

    /// For counts only: it may be another one at once.
    synchronized Progress progress() {
        return switch (mode) {
            case IDLE, CLOSED -> Progress.IDLE;
            case READING, WAITING -> Progress.CATCHING_UP;
            case LIVE -> Progress.LIVE;
        };
    }

    /// Whether the outbox is as long as it may be while too much waits for all connections.
    boolean isHeldShort() {
        return connections.isTooMuch(outbox.queuedBytes());
    }

    private void queue(long position, Frame frame) {
        if (position <= cursor) {
            return;
        }
        if (!isHeldShort() && outbox.offer(frame)) {
            cursor = position;
        } else {
            log.debug(
                    "A connection of account {} fell behind at position {}",
                    account.get().value(),
                    position);
            connections.overflowed();
            mode = Mode.WAITING;
        }
    }

    private void keepAside(long position, Frame frame) {
        if (meanwhile.size() < properties.catchUpPage()) {
            meanwhile.add(new Live(position, frame));
        } else {
            lostSome = true;
        }
    }

    /// Reads the next page if there is one to read and room for it.
    private void onRoom() {
        int thisRound;
        synchronized (this) {
            if (mode != Mode.WAITING || !outbox.hasRoom() || isHeldShort()) {
                return;
            }
            mode = Mode.READING;
            lostSome = false;
            meanwhile.clear();
            thisRound = ++round;
        }
        read(thisRound, Duration.ZERO);
    }

    /// The feed's events are kept aside from before the page's snapshot is taken. So an event is on the
    /// page or kept aside, or both, which its position tells.
    private void read(int thisRound, Duration delay) {
        var page = nextPage();
        (delay.isZero() ? page : page.delaySubscription(delay))
                .takeUntilOther(finished.asMono())
                .subscribe(read -> onPage(thisRound, read), problem -> onNoPage(thisRound, problem));
    }

    private synchronized Mono<LogPage> nextPage() {
        var limit = properties.catchUpPage();
        if (missed != null) {
            return missed.read(cursor, limit);
        }
        return fresh ? theLog.readFirstFor(account.get(), cursor, limit) : theLog.readFor(account.get(), cursor, limit);
    }

    private void onPage(int thisRound, LogPage page) {
        synchronized (this) {
            if (!isWanted(thisRound)) {
                return;
            }
            if (!page.follows(cursor)) {
                end.accept(Ending.TOO_SLOW); // what it has not seen was removed: it learns so when it resumes
                return;
            }
            page.events().forEach(event -> frames.frameFor(event, account.get()).ifPresent(outbox::put));
            cursor = page.upTo();
            fresh = fresh && missed != null;
            if (page.full()) {
                mode = Mode.WAITING;
            } else if (missed != null) {
                missed = null;
                mode = Mode.WAITING;
            } else {
                meetTheFeed();
            }
            meanwhile.clear();
        }
        outbox.flush();
        onRoom();
    }

    /// The page reached the head of the log: all that is newer has been kept aside, unless it was too much.
    private void meetTheFeed() {
        if (resumption != null) {
            resumption.syncedAt(cursor).ifPresent(outbox::put);
            resumption = null;
        }
        mode = Mode.LIVE;
        for (var live : meanwhile) {
            if (mode == Mode.LIVE) {
                queue(live.position(), live.frame());
            }
        }
        if (lostSome) {
            mode = Mode.WAITING;
        }
    }

    private void onNoPage(int thisRound, Throwable problem) {
        log.warn("The log can't be read for account {}: {}", account.get().value(), problem.toString());
        if (isWanted(thisRound)) {
            read(thisRound, READ_AGAIN);
        }
    }

    private synchronized boolean isWanted(int thisRound) {
        return mode == Mode.READING && round == thisRound;
    }
}
