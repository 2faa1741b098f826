package koine.protocol;

import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.adapter.AbstractWebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// A client that says what it is given to say, and then stays.
final class ScriptedSession extends AbstractWebSocketSession<Object> {

    private final Flux<WebSocketMessage> says;
    private final List<CloseStatus> closed = new CopyOnWriteArrayList<>();

    ScriptedSession(Flux<WebSocketMessage> says) {
        super(
                new Object(),
                "scripted",
                new HandshakeInfo(URI.create("/"), new HttpHeaders(), Mono.empty(), null),
                new DefaultDataBufferFactory());
        this.says = says;
    }

    /// With which codes it was closed.
    List<CloseStatus> closed() {
        return List.copyOf(closed);
    }

    @Override
    public Flux<WebSocketMessage> receive() {
        return says.concatWith(Flux.never());
    }

    @Override
    public Mono<Void> send(Publisher<WebSocketMessage> messages) {
        return Flux.from(messages).then();
    }

    @Override
    public boolean isOpen() {
        return closed.isEmpty();
    }

    @Override
    public Mono<Void> close(CloseStatus status) {
        return Mono.fromRunnable(() -> closed.add(status));
    }

    @Override
    public Mono<CloseStatus> closeStatus() {
        return Mono.never();
    }
}
