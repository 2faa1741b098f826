package koine.protocol.matcha.socketio;

import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client that speaks Engine.IO by hand, over a WebSocket.
final class Wire implements WebSocket.Listener, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    private Wire(int port, String path) throws ExecutionException, InterruptedException {
        socket = Polls.HTTP
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + port + path), this)
                .get();
    }

    static Wire open(int port, String query) throws ExecutionException {
        return openAt(port, "/socket.io/?" + query);
    }

    /// Opens a session with the server that serves nothing in the root namespace.
    static Wire openSecond(EchoServer server, EngineVersion version) throws ExecutionException {
        return openAt(server.port(), "/second/?transport=websocket&EIO=" + Polls.eio(version));
    }

    private static Wire openAt(int port, String path) throws ExecutionException {
        try {
            return new Wire(port, path);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Opens a session, and says nothing more.
    static Wire engine(EchoServer server, EngineVersion version) throws ExecutionException {
        return open(server.port(), "transport=websocket&EIO=" + Polls.eio(version));
    }

    /// Tries to take over from polling.
    static Wire upgrade(EchoServer server, EngineVersion version, Polls polls) throws ExecutionException {
        return open(server.port(), "transport=websocket&EIO=" + Polls.eio(version) + "&sid=" + polls.sid());
    }

    /// Opens a session that is in the root namespace, and has been told all.
    static Wire joined(EchoServer server, EngineVersion version) throws ExecutionException {
        var wire = engine(server, version);
        if (version == EngineVersion.V4) {
            wire.send("40");
        }
        wire.await("42[\"auth\",{}]");
        return wire;
    }

    /// The status by which the server refuses to open a WebSocket.
    static int refusal(EchoServer server, String query) {
        try (var _ = open(server.port(), query)) {
            throw new AssertionError("it was opened");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw new AssertionError(e);
        }
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    void send(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /// The next message.
    String next() {
        try {
            var next = messages.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came; closed: " + closed);
            }
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Reads until the message comes.
    void await(String message) {
        for (var next = next(); !next.equals(message); next = next()) {
            if (next.startsWith("44")) {
                throw new AssertionError(next);
            }
        }
    }

    /// What has come and was not read.
    int unread() {
        return messages.size();
    }

    /// The code with which the server has closed the connection.
    int closeCode() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            messages.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(-1);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
