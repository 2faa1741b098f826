package koine.delivery;

import java.util.Optional;
import koine.kernel.AccountId;
import koine.kernel.SessionId;
import koine.log.Log;
import org.jspecify.annotations.Nullable;
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

    private final EventFrames frames;
    private final Registry registry;
    private final OpenConnections connections;
    private final Follower follower;
    private final Outbox outbox;
    private final Pulse pulse;
    private final Sinks.One<Ending> ending = Sinks.one();
    private volatile boolean goodbye;

    // changed under the lock of this
    private volatile @Nullable Holder holder;
    private volatile boolean closed;

    LiveConnection(
            EventFrames frames,
            Log theLog,
            Registry registry,
            OpenConnections connections,
            DeliveryProperties properties) {
        this.frames = frames;
        this.registry = registry;
        this.connections = connections;
        this.follower = new Follower(frames, theLog, connections, properties, this::account, this::end);
        this.outbox = follower.outbox();
        this.pulse = new Pulse(outbox, properties);
    }

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
        return registry.attach(this).then(Mono.fromRunnable(() -> follower.follow(after, asked, null)));
    }

    /// Sends what was missed, and goes on with the log where that ends.
    ///
    /// Errors: as [#follow].
    public Mono<Void> followAfter(Missed source) {
        return registry.attach(this).then(Mono.fromRunnable(() -> follower.follow(0, Resumption.SILENT, source)));
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
            closed = true;
        }
        follower.close();
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
        if (follower.isFollowing() && !outbox.offerState(key, frame)) {
            connections.dropped();
        }
    }

    /// Something that nobody will miss later; nothing is written before [#flush].
    void offerEphemeral(Frame frame) {
        if (follower.isFollowing() && (follower.isHeldShort() || !outbox.offerEphemeral(frame))) {
            connections.dropped();
        }
    }

    /// One beat of the server's clock: ends the connection if it is silent or takes nothing, and
    /// otherwise asks its peer for a sign of life.
    void beat() {
        pulse.beat().ifPresentOrElse(this::end, () -> {
            outbox.beat();
            outbox.flush();
        });
    }

    /// Tells a live connection that it has been sent everything up to the position, which is the feed's.
    void heartbeat(long position, Optional<Frame> frame) {
        follower.heartbeat(position, frame);
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
        if (!closed) {
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
    void offer(long position, Frame frame) {
        follower.offer(position, frame);
    }

    /// Writes what was offered.
    void flush() {
        outbox.flush();
    }

    /// For counts only: it may be another one at once.
    Progress progress() {
        return follower.progress();
    }

    /// Whether it was closed; then it must not be attached any more.
    boolean isClosed() {
        return closed;
    }
}
