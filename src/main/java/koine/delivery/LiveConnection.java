package koine.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import koine.kernel.AccountId;
import koine.kernel.SessionId;
import koine.log.Log;
import koine.log.LogPage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// One open connection of an account: a cursor in the log and a way to go on from it. Where clients sign
/// in on the socket itself, it is nobody's until then, and can only be written to.
///
/// Once it follows, it gets every durable event that concerns its account, once and in the order of the
/// log. It is either **live**, and events are pushed into its bounded outbox, or **catching up**: pages
/// are read from the log, each when the outbox has room for it, until a page meets the live end.
/// Following from an old cursor and falling behind because the outbox was full are the same case.
///
/// Safe for use by several threads.
public final class LiveConnection {

    private static final Logger log = LoggerFactory.getLogger(LiveConnection.class);
    private static final Duration READ_AGAIN = Duration.ofMillis(500);

    private final EventFrames frames;
    private final Log theLog;
    private final Registry registry;
    private final OpenConnections connections;
    private final DeliveryProperties properties;
    private final Outbox outbox;
    private volatile @Nullable Holder holder;
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private final Pulse pulse;
    private volatile boolean goodbye;
    private final Sinks.One<Ending> ending = Sinks.one();

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

    LiveConnection(
            EventFrames frames,
            Log theLog,
            Registry registry,
            OpenConnections connections,
            DeliveryProperties properties) {
        this.frames = frames;
        this.theLog = theLog;
        this.registry = registry;
        this.connections = connections;
        this.properties = properties;
        this.outbox =
                new Outbox(properties.queueEvents(), properties.queueBytes().toBytes(), this::onRoom);
        this.pulse = new Pulse(outbox, properties);
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

    private record Holder(AccountId account, SessionId session) {}

    /// What is to be written to the socket, for its one subscriber. Completes after [#close].
    public Flux<Frame> outgoing() {
        return outbox;
    }

    /// Writes a frame that is no event, an answer say. Completes when the socket has taken it.
    public Mono<Void> write(Frame frame) {
        return outbox.write(frame);
    }

    /// Queues an answer without waiting until the socket has taken it; false, and it is not queued, once the queue is
    /// half full.
    public boolean answer(Frame frame) {
        var queued = outbox.offerEphemeral(frame);
        if (queued) {
            outbox.flush();
        }
        return queued;
    }

    /// Whether it is known whose it is.
    public boolean isSignedIn() {
        return holder != null;
    }

    /// Goes on from a position: what came after it is sent, then that it is synced, then what comes. A
    /// later call starts again from its own position, and takes the place of one that is not synced yet.
    ///
    /// Errors: as reading the account's chats can fail; then the connection is as before.
    ///
    /// @throws IllegalStateException if it is nobody's yet
    public Mono<Void> follow(long after, Resumption asked) {
        return registry.attach(this).then(Mono.fromRunnable(() -> startAfter(after, asked, null)));
    }

    /// Sends what was missed, and goes on with the log where that ends.
    ///
    /// Errors: as [#follow].
    public Mono<Void> followAfter(Missed source) {
        return registry.attach(this).then(Mono.fromRunnable(() -> startAfter(0, Resumption.SILENT, source)));
    }

    /// Notes that the peer has shown a sign of life. A protocol whose peers can't answer a beat calls it
    /// for each beat that it has written.
    public void heard() {
        pulse.heard();
    }

    /// Notes that the peer has ended the connection of its own will, and not just vanished.
    public void sayGoodbye() {
        goodbye = true;
    }

    /// Gives the reason when the server wants the connection to end: the protocol then takes no more
    /// commands, finishes those it has begun unless the ending is abrupt, and closes. Completes without
    /// one on [#close].
    public Mono<Ending> ending() {
        return ending.asMono();
    }

    /// Ends the connection in good order: nothing more is queued, and [#outgoing] completes when the rest
    /// is taken.
    public void finish() {
        synchronized (this) {
            mode = Mode.CLOSED;
            meanwhile.clear();
        }
        finished.tryEmitEmpty();
        if (isSignedIn()) {
            registry.detach(this);
        }
        outbox.complete();
    }

    /// Ends the connection because its peer sends more than anybody may.
    public void flooded() {
        end(Ending.FLOODING);
    }

    /// Gives the connection up: to be called once by its owner, in whatever way it ended.
    public void close() {
        finish();
        ending.tryEmitEmpty();
        connections.closed(this);
    }

    /// Asks the protocol to end the connection. Only the first reason counts.
    void end(Ending reason) {
        if (ending.tryEmitValue(reason).isSuccess()) {
            connections.ended(reason);
        }
    }

    /// A state that its newest frame tells. For a connection that is catching up as well, since nothing
    /// else would tell it; nothing is written before [#flush].
    void offerState(Object key, Frame frame) {
        if (isFollowing() && !outbox.offerState(key, frame)) {
            connections.dropped();
        }
    }

    /// Something that nobody will miss later; nothing is written before [#flush].
    void offerEphemeral(Frame frame) {
        if (isFollowing() && (isHeldShort() || !outbox.offerEphemeral(frame))) {
            connections.dropped();
        }
    }

    private synchronized boolean isFollowing() {
        return mode != Mode.IDLE && mode != Mode.CLOSED;
    }

    /// One beat of the server's clock: ends the connection if it is silent or takes nothing, and
    /// otherwise asks its peer for a sign of life.
    void beat() {
        pulse.beat().ifPresentOrElse(this::end, () -> {
            outbox.beat();
            outbox.flush();
        });
    }

    /// Tells a live connection that it has been sent everything up to the position, which is the feed's. A
    /// connection that has caught up may be ahead of the feed: it is not sent back.
    synchronized void heartbeat(long position, Optional<Frame> frame) {
        if (mode == Mode.LIVE && position >= cursor) {
            cursor = position;
            frame.ifPresent(outbox::offerEphemeral);
        }
    }

    /// How many bytes wait to be written.
    long queuedBytes() {
        return outbox.queuedBytes();
    }

    /// From now on it is the account's, unless it has been closed meanwhile.
    ///
    /// @throws IllegalStateException if it is somebody's already
    synchronized void signIn(AccountId account, SessionId session) {
        if (holder != null) {
            throw new IllegalStateException("a connection is one account's for its life");
        }
        if (mode != Mode.CLOSED) {
            holder = new Holder(account, session);
            connections.signedIn(this);
        }
    }

    AccountId account() {
        return holder().account();
    }

    SessionId session() {
        return holder().session();
    }

    boolean isOf(SessionId session) {
        var known = holder;
        return known != null && known.session().equals(session);
    }

    private Holder holder() {
        var known = holder;
        if (known == null) {
            throw new IllegalStateException("nobody has signed in on this connection");
        }
        return known;
    }

    EventFrames frames() {
        return frames;
    }

    boolean saidGoodbye() {
        return goodbye;
    }

    /// An event of the live feed. Called in the feed's order; nothing is written before [#flush].
    synchronized void offer(long position, Frame frame) {
        switch (mode) {
            case LIVE -> queue(position, frame);
            case READING -> keepAside(position, frame);
            case IDLE, WAITING, CLOSED -> {}
        }
    }

    /// Writes what was offered.
    void flush() {
        outbox.flush();
    }

    /// For counts only: it may be another one at once.
    synchronized Progress progress() {
        return switch (mode) {
            case IDLE, CLOSED -> Progress.IDLE;
            case READING, WAITING -> Progress.CATCHING_UP;
            case LIVE -> Progress.LIVE;
        };
    }

    /// Whether it was closed; then it must not be attached any more.
    synchronized boolean isClosed() {
        return mode == Mode.CLOSED;
    }

    private void startAfter(long after, Resumption asked, @Nullable Missed source) {
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

    private void queue(long position, Frame frame) {
        if (position <= cursor) {
            return;
        }
        if (!isHeldShort() && outbox.offer(frame)) {
            cursor = position;
        } else {
            log.debug(
                    "A connection of account {} fell behind at position {}",
                    account().value(),
                    position);
            connections.overflowed();
            mode = Mode.WAITING;
        }
    }

    /// Whether its queue is as long as it may be while too much waits for all connections.
    private boolean isHeldShort() {
        return connections.isTooMuch(outbox.queuedBytes());
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
        return fresh ? theLog.readFirstFor(account(), cursor, limit) : theLog.readFor(account(), cursor, limit);
    }

    private void onPage(int thisRound, LogPage page) {
        synchronized (this) {
            if (!isWanted(thisRound)) {
                return;
            }
            if (!page.follows(cursor)) {
                end(Ending.TOO_SLOW); // what it has not seen was removed meanwhile: it learns so when it resumes
                return;
            }
            page.events().forEach(event -> frames.frameFor(event, account()).ifPresent(outbox::put));
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
        log.warn("The log can't be read for account {}: {}", account().value(), problem.toString());
        if (isWanted(thisRound)) {
            read(thisRound, READ_AGAIN);
        }
    }

    private synchronized boolean isWanted(int thisRound) {
        return mode == Mode.READING && round == thisRound;
    }
}
