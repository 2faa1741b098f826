package koine.security;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import koine.testing.Texts;
import org.jspecify.annotations.Nullable;

/// A client's end of a socket of any protocol: it knows of texts only.
final class TextSocket implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Texts texts = new Texts();
    private final WebSocket socket;
    private CompletableFuture<?> lastSend = CompletableFuture.completedFuture(null);

    /// Errors: [Refused].
    TextSocket(int port, String path, @Nullable String token) {
        var builder = HTTP.newWebSocketBuilder();
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        try {
            this.socket = builder.buildAsync(URI.create("ws://localhost:" + port + path), texts)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof WebSocketHandshakeException refused
                    ? new Refused(refused.getResponse().statusCode())
                    : e;
        }
    }

    /// The server has not opened the socket.
    static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final int status;

        Refused(int status) {
            super("answered " + status);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    synchronized void send(String text) {
        lastSend = lastSend.thenCompose(_ -> socket.sendText(text, true));
    }

    synchronized void send(byte[] bytes) {
        lastSend = lastSend.thenCompose(_ -> socket.sendBinary(ByteBuffer.wrap(bytes), true));
    }

    /// Everything up to the text that fits, with that one.
    ///
    /// @throws AssertionError if the server closes the socket instead, or says nothing
    List<String> until(Predicate<String> fits) {
        var all = new ArrayList<String>();
        do {
            all.add(texts.next());
        } while (!fits.test(all.getLast()));
        return all;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
