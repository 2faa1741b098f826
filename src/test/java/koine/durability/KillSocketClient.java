package koine.durability;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import koine.testing.Api;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Has some messages on their way at a time, on one event socket.
record KillSocketClient(int port, Api.User user) implements KillClient {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int WINDOW = 8;

    @Override
    public void send(List<Send> sends, Answers answers) {
        var incoming = new Incoming(sends.size(), answers);
        try {
            var socket = HTTP.newWebSocketBuilder()
                    .header("Authorization", "Bearer " + user.token())
                    .buildAsync(URI.create("ws://localhost:" + port + "/ws"), incoming)
                    .join();
            for (var send : sends) {
                incoming.window.acquire();
                socket.sendText(command(send), true).join();
            }
            incoming.missing.await();
            socket.abort();
        } catch (CompletionException _) { // the service is gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String command(Send send) {
        return JSON.writeValueAsString(Map.of(
                "type", "message.send",
                "ref", send.key(),
                "chat_id", send.chat(),
                "contents", send.key(),
                "key", send.key()));
    }

    private static final class Incoming implements WebSocket.Listener {

        private final Semaphore window = new Semaphore(WINDOW);
        private final CountDownLatch missing;
        private final Answers answers;
        private final StringBuilder frame = new StringBuilder();

        Incoming(int count, Answers answers) {
            this.missing = new CountDownLatch(count);
            this.answers = answers;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            frame.append(data);
            if (last) {
                take(frame.toString());
                frame.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        private void take(String text) {
            var frame = JSON.readTree(text);
            switch (frame.path("type").asString()) {
                case "ok" -> {
                    var id = frame.path("message").path("id").longValue();
                    answers.stored().put(frame.path("ref").stringValue(), id);
                    oneLess();
                }
                case "error" -> {
                    answers.refusals().add(text);
                    oneLess();
                }
                default -> {}
            }
        }

        private void oneLess() {
            missing.countDown();
            window.release();
        }

        @Override
        public void onError(WebSocket socket, Throwable problem) {
            end();
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            end();
            return null;
        }

        private void end() {
            while (missing.getCount() > 0) {
                missing.countDown();
            }
            window.release(Integer.MAX_VALUE / 2);
        }
    }
}
