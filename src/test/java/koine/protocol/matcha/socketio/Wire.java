package koine.protocol.matcha.socketio;

import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import koine.testing.Texts;

/// A client that speaks Engine.IO by hand, over a WebSocket.
final class Wire implements AutoCloseable {

    private final Texts texts = new Texts();
    private final WebSocket socket;

    private Wire(int port, String path) throws ExecutionException, InterruptedException {
        socket = Polls.HTTP
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + port + path), texts)
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
        return texts.next();
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
        return texts.unread();
    }

    /// The code with which the server has closed the connection.
    int closeCode() {
        return texts.closeCode();
    }

    boolean isClosed() {
        return texts.isClosed();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
