package koine.chaos;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A connection to the event socket.
final class SocketLine implements Line {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private volatile boolean broken;

    private SocketLine(HttpClient http, int port, String token) {
        this.socket = http.newWebSocketBuilder()
                .connectTimeout(LIMIT)
                .header("Authorization", "Bearer " + token)
                .buildAsync(URI.create("ws://localhost:" + port + "/ws"), new Listener())
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /// @throws java.util.concurrent.CompletionException if there is no getting through
    static SocketLine open(HttpClient http, int port, String token) {
        return new SocketLine(http, port, token);
    }

    @Override
    public @Nullable JsonNode next(long millis) throws InterruptedException {
        return broken ? null : frames.poll(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean isBroken() {
        return broken;
    }

    @Override
    public boolean takesCommands() {
        return true;
    }

    @Override
    public void send(Object command) {
        socket.sendText(JSON.writeValueAsString(command), true)
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(_ -> {
                    broken = true;
                    return socket;
                })
                .join();
    }

    @Override
    public void leave(boolean politely) {
        if (politely && !broken) {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "")
                    .orTimeout(1, TimeUnit.SECONDS)
                    .exceptionally(_ -> socket)
                    .join();
        }
        broken = true;
        socket.abort();
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                frames.add(JSON.readTree(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            broken = true;
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable problem) {
            broken = true;
        }
    }
}
