package koine.security;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A client's end of a socket of any protocol: it knows of texts only.
final class TextSocket implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int PATIENCE_S = 30;

    /// What the queue has when the server has closed the socket.
    private static final String CLOSED = "closed ";

    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private CompletableFuture<?> lastSend = CompletableFuture.completedFuture(null);

    /// Errors: [Refused].
    TextSocket(int port, String path, @Nullable String token) {
        var builder = HTTP.newWebSocketBuilder();
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        try {
            this.socket = builder.buildAsync(URI.create("ws://localhost:" + port + path), new Listener())
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
        while (true) {
            var text = next();
            all.add(text);
            if (fits.test(text)) {
                return all;
            }
            if (text.startsWith(CLOSED)) {
                throw new AssertionError("the server " + all);
            }
        }
    }

    private String next() {
        try {
            var text = texts.poll(PATIENCE_S, TimeUnit.SECONDS);
            if (text == null) {
                throw new AssertionError("no answer came");
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder partial = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                texts.add(partial.toString());
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            texts.add(CLOSED + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            texts.add(CLOSED + error);
        }
    }
}
