package koine.delivery;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import koine.chat.Chats;
import koine.chat.Memberships;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Event;
import koine.log.Event.ChatCreated;
import koine.log.Event.ChatDeleted;
import koine.log.Event.ChatUpdated;
import koine.log.Event.InChat;
import koine.log.Event.MemberChanged;
import koine.log.Event.MemberJoined;
import koine.log.Event.MemberLeft;
import koine.log.Event.MessageDeleted;
import koine.log.Event.MessageEdited;
import koine.log.Event.MessageSent;
import koine.log.Event.ToAccount;
import koine.log.LogListener;
import koine.log.LogTail;
import koine.log.Participant;
import koine.log.Signal;
import koine.log.Signal.MessageReceived;
import koine.log.Signal.PresenceChanged;
import koine.log.Signal.ReceiptMoved;
import koine.log.Signal.SessionEnded;
import koine.log.Signal.Typing;
import koine.log.SignalListener;
import koine.log.Signals;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// The per-user registry of sinks: who is connected to this server, and which of them an event concerns.
/// Who is in which chat is read when an account's first connection follows, and from then on kept up to
/// date by the events themselves, so it is always as of the event that is being delivered.
///
/// All of its state is touched only inside the log's feed, one task at a time.
@Component
class Registry implements LogListener, SignalListener {

    private final LogTail feed;
    private final Chats chats;
    private final OpenConnections connections;
    private final LongAdder offered = new LongAdder();
    private final Map<AccountId, UserSink> users = new HashMap<>();
    private final Map<ChatId, Set<UserSink>> audiences = new HashMap<>();

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
            var user = users.get(connection.account());
            if (user != null && user.connections.remove(connection) && user.connections.isEmpty()) {
                forget(user);
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
            joinBefore(event);
            deliver(event, touched);
            leaveAfter(event);
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
        var author = users.get(received.author());
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
        audiences.getOrDefault(chat, Set.of()).forEach(user -> user.connections.forEach(action));
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
        var user = users.get(connection.account());
        if (user == null) {
            user = new UserSink(connection.account());
            users.put(user.account, user);
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
        if (users.get(user.account) != user) {
            user.waiting.forEach(MonoSink::success);
            return;
        }
        user.knownAt(memberships.position());
        memberships.chats().forEach(chat -> join(user, chat));
        user.early.forEach(change -> apply(change, user));
        user.early.clear();
        user.waiting.forEach(MonoSink::success);
        user.waiting.clear();
    }

    private void notKnown(UserSink user, Throwable problem) {
        if (users.get(user.account) == user) {
            forget(user);
        }
        user.waiting.forEach(waiting -> waiting.error(problem));
    }

    private void forget(UserSink user) {
        users.remove(user.account);
        user.chats.forEach(chat -> audiences.computeIfPresent(chat, (_, audience) -> without(audience, user)));
    }

    private static @Nullable Set<UserSink> without(Set<UserSink> audience, UserSink user) {
        audience.remove(user);
        return audience.isEmpty() ? null : audience;
    }

    private void joinBefore(Event event) {
        switch (event) {
            case ChatCreated created ->
                created.participants().forEach(somebody -> change(somebody, true, created.position(), created.chat()));
            case MemberJoined joined -> change(joined.member(), true, joined.position(), joined.chat());
            case ChatUpdated _, ChatDeleted _, MemberLeft _, MemberChanged _ -> {}
            case MessageSent _, MessageEdited _, MessageDeleted _, ToAccount _ -> {}
        }
    }

    private void leaveAfter(Event event) {
        switch (event) {
            case MemberLeft left -> change(left.member(), false, left.position(), left.chat());
            case ChatDeleted deleted -> dissolve(deleted);
            case ChatCreated _, ChatUpdated _, MemberJoined _, MemberChanged _ -> {}
            case MessageSent _, MessageEdited _, MessageDeleted _, ToAccount _ -> {}
        }
    }

    /// Nobody is in a chat that was deleted, also of those whose chats are not known yet.
    private void dissolve(ChatDeleted deleted) {
        var change = new UserSink.Change(deleted.position(), deleted.chat(), false);
        users.values().stream().filter(user -> !user.isKnown()).forEach(user -> user.early.add(change));
        List.copyOf(audiences.getOrDefault(deleted.chat(), Set.of())).forEach(user -> apply(change, user));
    }

    private void change(Participant member, boolean joins, long position, ChatId chat) {
        var user = users.get(member.id());
        if (user == null) {
            return;
        }
        var change = new UserSink.Change(position, chat, joins);
        if (user.isKnown()) {
            apply(change, user);
        } else {
            user.early.add(change);
        }
    }

    private void apply(UserSink.Change change, UserSink user) {
        if (user.shows(change.position())) {
            return;
        }
        if (change.joins()) {
            join(user, change.chat());
        } else {
            leave(user, change.chat());
        }
    }

    private void join(UserSink user, ChatId chat) {
        user.chats.add(chat);
        audiences.computeIfAbsent(chat, _ -> new HashSet<>()).add(user);
    }

    private void leave(UserSink user, ChatId chat) {
        user.chats.remove(chat);
        audiences.computeIfPresent(chat, (_, audience) -> without(audience, user));
    }

    private void deliver(Event event, Set<LiveConnection> touched) {
        var audience = audienceOf(event);
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

    private Collection<UserSink> audienceOf(Event event) {
        return switch (event) {
            case InChat in -> audiences.getOrDefault(in.chat(), Set.of());
            case ToAccount to ->
                Optional.ofNullable(users.get(to.account())).stream().toList();
        };
    }

    /// The frames of one thing to tell: one for each protocol, made when its first connection is met.
    private static final class PerProtocol {

        private final Function<EventFrames, Optional<Frame>> encode;
        private final List<EventFrames> protocols = new ArrayList<>(1);
        private final List<Optional<Frame>> frames = new ArrayList<>(1);

        PerProtocol(Function<EventFrames, Optional<Frame>> encode) {
            this.encode = encode;
        }

        Optional<Frame> of(EventFrames protocol) {
            var i = protocols.indexOf(protocol);
            if (i < 0) {
                i = protocols.size();
                protocols.add(protocol);
                frames.add(encode.apply(protocol));
            }
            return frames.get(i);
        }
    }
}
