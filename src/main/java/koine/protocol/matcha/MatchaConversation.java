package koine.protocol.matcha;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import koine.auth.SignedIn;
import koine.delivery.Deliveries;
import koine.delivery.Frame;
import koine.delivery.LiveConnection;
import koine.kernel.ChatId;
import koine.protocol.Backlog;
import koine.protocol.Patience;
import koine.protocol.SocketEndings;
import koine.protocol.matcha.socketio.Acknowledgement;
import koine.protocol.matcha.socketio.IncomingEvent;
import koine.protocol.matcha.socketio.SocketHandler;
import koine.protocol.matcha.socketio.SocketIoSocket;
import koine.protocol.matcha.socketio.SocketIoSocket.Ended;
import koine.protocol.matcha.socketio.SocketIoSocket.Sending;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// The talk with a client that has shown whose session it has. Events are carried out one at a time.
final class MatchaConversation implements SocketHandler {

    /// How many chats a client may have open; the one opened first is closed then.
    private static final int MAX_OPEN = 1_000;

    private final SocketIoSocket socket;
    private final SignedIn who;
    private final Core core;
    private final LiveConnection connection;
    private final Set<ChatId> open = Collections.synchronizedSet(Collections.newSetFromMap(new Latest()));
    private volatile @Nullable Backlog backlog;

    MatchaConversation(SocketIoSocket socket, SignedIn who, Core core) {
        this.socket = socket;
        this.who = who;
        this.core = core;
        this.connection = core.deliveries().open(who.account(), who.session(), core.frames());
    }

    /// What every conversation uses.
    record Core(
            Deliveries deliveries,
            MatchaFrames frames,
            Signatures signatures,
            MatchaDeeds deeds,
            Waiting waiting,
            SocketEndings endings,
            ErrorEvents errors) {}

    private static final class Latest extends LinkedHashMap<ChatId, Boolean> {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ChatId, Boolean> eldest) {
            return size() > MAX_OPEN;
        }
    }

    /// Sends what happens, and ends the client's session when the server wants its connection to end.
    @Override
    public Mono<Void> run() {
        var ending = connection
                .ending()
                .doOnNext(reason -> socket.disconnect(core.endings().status(reason)));
        return Mono.when(socket.emitAll(sendings()), ending);
    }

    @Override
    public Mono<Acknowledgement> take(IncomingEvent event) {
        return Mono.fromCallable(() -> core.errors().codec().read(event))
                .flatMap(this::carryOut)
                .map(Acknowledgement::of)
                .onErrorResume(problem -> core.errors().tell(socket, event.name(), problem));
    }

    @Override
    public Mono<Void> refuseBinary(String name) {
        return core.errors().tellOfBinary(socket, name);
    }

    @Override
    public void ended(Ended why) {
        if (why == Ended.LEFT) {
            connection.sayGoodbye();
        }
        connection.close();
    }

    /// Sockets have heartbeats of their own: a beat is not sent, and as good as answered.
    private Flux<Sending> sendings() {
        return connection
                .outgoing()
                .doOnNext(_ -> connection.heard())
                .filter(frame -> frame != Frame.BEAT)
                .concatMap(frame -> core.signatures()
                        .event(frame)
                        .retryWhen(Patience.WHILE_THE_DATABASE_IS_AWAY)
                        .map(event -> new Sending(
                                event, () -> core.waiting().written(who.account(), frame, open::contains))));
    }

    private Mono<Outgoing> carryOut(Command command) {
        return switch (command) {
            case Command.ConnectLoggedUser connect -> connect(connect);
            case Command.Join join ->
                core.deeds().join(who, join).doOnNext(open::add).thenReturn(Outgoing.Done.OK);
            case Command.Say say ->
                whenTold().then(Mono.defer(() -> core.deeds().say(who, say)));
            case Command.Notify notify -> core.deeds().notify(who, notify);
        };
    }

    /// A client that says so again goes on as before.
    private Mono<Outgoing> connect(Command.ConnectLoggedUser command) {
        return core.deeds()
                .arrive(who, command)
                .filter(_ -> backlog == null)
                .doOnNext(waiting -> backlog = waiting)
                .flatMap(waiting -> connection.followAfter(waiting).retryWhen(Patience.WHILE_THE_DATABASE_IS_AWAY))
                .then(Mono.just(Outgoing.Done.OK));
    }

    /// Not before what was missed has been read: what is sent could take from it.
    private Mono<Void> whenTold() {
        var waiting = backlog;
        return waiting == null ? Mono.empty() : waiting.whenRead();
    }
}
