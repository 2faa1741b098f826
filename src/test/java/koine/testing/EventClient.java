package koine.testing;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client of the event socket, over a real connection.
public final class EventClient implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Closed> closed = new CompletableFuture<>();
    private final WebSocket socket;
    private CompletableFuture<?> lastSend = CompletableFuture.completedFuture(null);

    private EventClient(URI uri, Map<String, String> headers, List<String> subProtocols) {
        var builder = HTTP.newWebSocketBuilder().connectTimeout(PATIENCE);
        headers.forEach(builder::header);
        if (!subProtocols.isEmpty()) {
            builder.subprotocols(
                    subProtocols.getFirst(),
                    subProtocols.subList(1, subProtocols.size()).toArray(String[]::new));
        }
        this.socket = builder.buildAsync(uri, new Listener()).join();
    }

    /// How the connection ended.
    public record Closed(int code, String reason) {}

    /// Opens a socket with the token in the `Authorization` header.
    public static EventClient open(int port, String token) {
        return open(port, "/ws", Map.of("Authorization", "Bearer " + token), List.of());
    }

    /// Opens a socket with these headers and sub-protocols.
    public static EventClient open(
            int port, String pathAndQuery, Map<String, String> headers, List<String> subProtocols) {
        return new EventClient(URI.create("ws://localhost:" + port + pathAndQuery), headers, subProtocols);
    }

    /// The HTTP status with which a handshake that must fail was refused.
    public static int refusedStatus(Runnable opening) {
        try {
            opening.run();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
        throw new AssertionError("the socket was opened");
    }

    /// Opens a socket that has been greeted and gets events from now on.
    public static EventClient live(int port, String token) {
        var client = open(port, token);
        client.await("hello");
        client.send(Map.of("type", "resume", "ref", "live"));
        client.await("synced");
        return client;
    }

    /// The sub-protocol that the server chose; empty if none.
    public String subProtocol() {
        return socket.getSubprotocol();
    }

    /// Sends a command.
    public void send(Object command) {
        sendText(command instanceof String text ? text : JSON.writeValueAsString(command));
    }

    public synchronized void sendText(String text) {
        lastSend = lastSend.thenCompose(_ -> socket.sendText(text, true));
    }

    public synchronized void sendBinary(byte[] bytes) {
        lastSend = lastSend.thenCompose(_ -> socket.sendBinary(ByteBuffer.wrap(bytes), true));
    }

    /// The next frame, whatever it is.
    public JsonNode next() {
        var frame = poll(PATIENCE);
        if (frame == null) {
            throw new AssertionError("no frame came");
        }
        return frame;
    }

    /// The next frame of the type; frames of other types before it are passed over.
    public JsonNode await(String type) {
        return await(frame -> frame.path("type").asString("").equals(type));
    }

    /// The next frame that fits; those before it are passed over, and heartbeats make nobody wait for longer.
    public JsonNode await(Predicate<JsonNode> fits) {
        var passed = new ArrayList<JsonNode>();
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (var frame = poll(PATIENCE); frame != null; frame = poll(Duration.ofNanos(end - System.nanoTime()))) {
            if (fits.test(frame)) {
                return frame;
            }
            passed.add(frame);
        }
        throw new AssertionError("the frame did not come; came: " + passed);
    }

    /// All frames that are here when the answer to a `ping` sent now has come, but for heartbeats, which come by the
    /// clock.
    public List<JsonNode> untilPong() {
        var ref = "pong-" + System.nanoTime();
        send(Map.of("type", "ping", "ref", ref));
        var frames = new ArrayList<JsonNode>();
        for (var frame = next(); !frame.path("ref").asString("").equals(ref); frame = next()) {
            frames.add(frame);
        }
        frames.removeIf(frame -> frame.path("type").asString("").equals("heartbeat"));
        return frames;
    }

    /// How the server closed the connection, waiting for it.
    public Closed awaitClosed() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /// Closes the connection as a client does that leaves of its own will; the server answers with a close frame.
    public synchronized void sayGoodbye() {
        lastSend = lastSend.thenCompose(_ -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""));
    }

    /// Goes away without a word, as a phone that loses its network.
    public void drop() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.abort();
    }

    private @Nullable JsonNode poll(Duration patience) {
        try {
            return frames.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                frames.add(JSON.readTree(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(new Closed(code, reason));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket from, Throwable problem) {
            closed.completeExceptionally(problem);
        }
    }
}
