package koine.delivery;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;
import koine.chat.Chats;
import koine.chat.Memberships;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Event;
import koine.log.LogListener;
import koine.log.LogTail;
import koine.log.Signal;
import koine.log.Signal.MessageReceived;
import koine.log.Signal.PresenceChanged;
import koine.log.Signal.ReceiptMoved;
import koine.log.Signal.SessionEnded;
import koine.log.Signal.Typing;
import koine.log.SignalListener;
import koine.log.Signals;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// The per-user registry of sinks: who is connected to this server, and what of the feed each of them is offered.
///
/// All of its state is touched only inside the log's feed, one task at a time.
@Component
class Registry implements LogListener, SignalListener {

    private final LogTail feed;
    private final Chats chats;
    private final OpenConnections connections;
    private final LongAdder offered = new LongAdder();
    private final Audiences audiences = new Audiences();

    Registry(LogTail feed, Signals signals, Chats chats, OpenConnections connections, MeterRegistry meters) {
        this.feed = feed;
        this.chats = chats;
        this.connections = connections;
        FunctionCounter.builder("koine.delivery.events", offered, LongAdder::sum)
                .description("Events of the log, counted once for each connection here that they concern")
                .register(meters);
        feed.follow(this);
        signals.follow(this);
    }

    /// Completes when every event that the feed delivers from now on reaches the connection, if it
    /// concerns it. Attaching a second time changes nothing.
    Mono<Void> attach(LiveConnection connection) {
        return feed.started().then(Mono.create(done -> feed.execute(() -> attach(connection, done))));
    }

    /// Forgets the connection.
    void detach(LiveConnection connection) {
        feed.execute(() -> {
            var user = audiences.find(connection.account());
            if (user != null && user.connections.remove(connection) && user.connections.isEmpty()) {
                audiences.forget(user);
            }
        });
    }

    /// One beat for these connections, between two batches of events.
    void beat(Stream<LiveConnection> connections) {
        feed.execute(() -> {
            var heartbeats = new PerProtocol(protocol -> protocol.heartbeatAt(feed.position()));
            connections.forEach(connection -> {
                connection.heartbeat(feed.position(), heartbeats.of(connection.frames()));
                connection.beat();
            });
        });
    }

    @Override
    public void onEvents(List<Event> events) {
        var touched = new LinkedHashSet<LiveConnection>();
        for (var event : events) {
            audiences.joinBefore(event);
            deliver(event, touched);
            audiences.leaveAfter(event);
        }
        touched.forEach(LiveConnection::flush);
    }

    /// Everybody comes back and is told by `reset`.
    @Override
    public void onNewEpoch() {
        connections.stream().forEach(connection -> connection.end(Ending.GOING_DOWN));
    }

    @Override
    public void onSignal(Signal signal) {
        switch (signal) {
            case ReceiptMoved moved -> tell(moved);
            case MessageReceived received -> tell(received);
            case Typing typing -> tell(typing);
            case SessionEnded ended -> end(ended);
            case PresenceChanged _ -> {} // for those who watch: see Presence
        }
    }

    /// What is finished later tells from where to where, so a newer one does not take its place.
    private void tell(ReceiptMoved moved) {
        var frames = new PerProtocol(protocol -> protocol.frameFor(moved));
        var key = new ReceiptKey(moved.chat(), moved.account());
        forEachIn(
                moved.chat(),
                connection -> frames.of(connection.frames()).ifPresent(frame -> {
                    connection.offerState(frame.draft().isPresent() ? moved : key, frame);
                    connection.flush();
                }));
    }

    /// To the author alone. No such signal takes the place of another.
    private void tell(MessageReceived received) {
        var frames = new PerProtocol(protocol -> protocol.frameFor(received));
        var author = audiences.find(received.author());
        if (author != null) {
            author.connections.forEach(
                    connection -> frames.of(connection.frames()).ifPresent(frame -> {
                        connection.offerState(received, frame);
                        connection.flush();
                    }));
        }
    }

    private record ReceiptKey(ChatId chat, AccountId account) {}

    /// To everybody in the chat but the one who is writing.
    private void tell(Typing typing) {
        var frames = new PerProtocol(protocol -> protocol.frameFor(typing));
        forEachIn(typing.chat(), connection -> {
            if (!connection.account().equals(typing.account())) {
                frames.of(connection.frames()).ifPresent(frame -> {
                    connection.offerEphemeral(frame);
                    connection.flush();
                });
            }
        });
    }

    private void forEachIn(ChatId chat, Consumer<LiveConnection> action) {
        audiences.of(chat).forEach(user -> user.connections.forEach(action));
    }

    private void end(SessionEnded ended) {
        connections.stream()
                .filter(connection -> connection.isOf(ended.session()))
                .forEach(connection -> connection.end(Ending.SIGNED_OUT));
    }

    private void attach(LiveConnection connection, MonoSink<Void> done) {
        if (connection.isClosed()) {
            done.success();
            return;
        }
        var user = audiences.find(connection.account());
        if (user == null) {
            user = audiences.enter(connection.account());
            read(user);
        }
        if (!user.connections.contains(connection)) {
            user.connections.add(connection);
        }
        if (user.isKnown()) {
            done.success();
        } else {
            user.waiting.add(done);
        }
    }

    private void read(UserSink user) {
        chats.membershipsOf(user.account)
                .subscribe(
                        memberships -> feed.execute(() -> known(user, memberships)),
                        problem -> feed.execute(() -> notKnown(user, problem)));
    }

    private void known(UserSink user, Memberships memberships) {
        if (audiences.has(user)) {
            audiences.known(user, memberships);
        }
        user.waiting.forEach(MonoSink::success);
        user.waiting.clear();
    }

    private void notKnown(UserSink user, Throwable problem) {
        if (audiences.has(user)) {
            audiences.forget(user);
        }
        user.waiting.forEach(waiting -> waiting.error(problem));
    }

    private void deliver(Event event, Set<LiveConnection> touched) {
        var audience = audiences.of(event);
        if (audience.isEmpty()) {
            return;
        }
        var toOthers = new PerProtocol(protocol -> protocol.frameFor(event));
        for (var user : audience) {
            deliver(event, user, toOthers, touched);
        }
    }

    private void deliver(Event event, UserSink user, PerProtocol toOthers, Set<LiveConnection> touched) {
        PerProtocol personal = null;
        for (var connection : user.connections) {
            var frames = toOthers;
            if (connection.frames().isPersonal(event, user.account)) {
                personal = personal != null ? personal : new PerProtocol(p -> p.frameFor(event, user.account));
                frames = personal;
            }
            frames.of(connection.frames()).ifPresent(frame -> {
                connection.offer(event.position(), frame);
                offered.increment();
                touched.add(connection);
            });
        }
    }
}
