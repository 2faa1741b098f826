package koine.protocol.rehearsal;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Somebody with an account, a private chat, and the native socket. Used by one thread at a time, which waits for
/// whatever it asked for; nothing takes longer than [#PATIENCE_SECONDS], or it fails.
final class Person {

    private static final int PATIENCE_SECONDS = 30;

    /// How many messages may be without an answer.
    private static final int AHEAD = 4;

    /// As many as one socket may have under way.
    private static final int AHEAD_IN_HASTE = 64;

    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
    private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]+)\"");

    private final HttpClient http;
    private final URI server;
    private final String token;
    private final Semaphore mayWrite = new Semaphore(AHEAD);
    private Ear ear = new Ear();
    private @Nullable String cursor;
    private @Nullable WebSocket socket;
    private long id;
    private long privateChat;
    private int ahead = AHEAD;
    private int written;

    private Person(HttpClient http, URI server, String token) {
        this.http = http;
        this.server = server;
        this.token = token;
    }

    static Person register(HttpClient http, URI server, String name) throws IOException, InterruptedException {
        var answer = new Person(http, server, "none")
                .post("/register", "{\"username\":\"%s\",\"password\":\"a good password\"}".formatted(name));
        var person = new Person(http, server, found(TOKEN, answer));
        person.id = Long.parseLong(found(ID, person.get("/user/me")));
        return person;
    }

    void openChatWith(Person other) throws IOException, InterruptedException {
        privateChat =
                Long.parseLong(found(ID, post("/chat/private/create", "{\"with_user_id\":%d}".formatted(other.id))));
    }

    /// The private chat.
    long privateChat() {
        return privateChat;
    }

    /// Opens a group with the others and gives its chat.
    long gather(List<Person> others) throws IOException, InterruptedException {
        var ids = others.stream().map(other -> Long.toString(other.id)).collect(Collectors.joining(","));
        return Long.parseLong(
                found(ID, post("/chat/group/create", "{\"name\":\"Rehearsal\",\"with_ids\":[%s]}".formatted(ids))));
    }

    String get(String path) throws IOException, InterruptedException {
        return call(request(path).GET());
    }

    private String post(String path, String body) throws IOException, InterruptedException {
        return call(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(server + path));
        return path.equals("/register") ? request : request.header("Authorization", "Bearer " + token);
    }

    private String call(HttpRequest.Builder call) throws IOException, InterruptedException {
        var request = call.timeout(Duration.ofSeconds(PATIENCE_SECONDS)).build();
        var answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(request.uri() + " was answered with " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    /// Connects, and is told what has happened since it was here.
    void come() throws Exception {
        ear = new Ear();
        socket = http.newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(URI.create("ws" + server.toString().substring("http".length()) + "/ws"), ear)
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        say("{\"type\":\"resume\"" + (cursor == null ? "}" : ",\"since\":\"" + cursor + "\"}"));
        cursor = ear.synced.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /// Goes when all that was written has been answered.
    void go() throws Exception {
        acquire(ahead);
        mayWrite.release(ahead);
        opened().sendClose(WebSocket.NORMAL_CLOSURE, "").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        ear.closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /// From now on many messages may be without an answer.
    void hurry() {
        mayWrite.release(AHEAD_IN_HASTE - ahead);
        ahead = AHEAD_IN_HASTE;
    }

    /// Writes as soon as few enough are unanswered. That one is refused is an answer, too.
    void write(long chat, String text) throws Exception {
        acquire(1);
        say("{\"type\":\"message.send\",\"ref\":\"w\",\"chat_id\":%d,\"key\":\"%d\",\"contents\":\"%s\"}"
                .formatted(chat, ++written, text));
    }

    int written() {
        return written;
    }

    void showWriting() throws Exception {
        say("{\"type\":\"typing\",\"chat_id\":%d}".formatted(privateChat));
    }

    void markRead() throws Exception {
        say("{\"type\":\"chat.read\",\"chat_id\":%d,\"seq\":%d}".formatted(privateChat, Math.max(1, written - AHEAD)));
    }

    private void say(String command) throws Exception {
        opened().sendText(command, true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private WebSocket opened() {
        return Objects.requireNonNull(socket, "it has to come first");
    }

    private void acquire(int permits) throws InterruptedException, TimeoutException {
        if (!mayWrite.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("messages were not answered");
        }
    }

    private static String found(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException(pattern + " is not in " + text);
        }
        return matcher.group(1);
    }

    /// What one connection says.
    private final class Ear implements WebSocket.Listener {

        /// Gives the cursor.
        private final CompletableFuture<String> synced = new CompletableFuture<>();

        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder frame = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            frame.append(part);
            if (last) {
                heard(frame.toString());
                frame.setLength(0);
            }
            from.request(1);
            return null;
        }

        /// Only answers to what was written have a `ref`.
        private void heard(String heard) {
            if (heard.contains("\"ref\":\"w\"")) {
                mayWrite.release();
            } else if (heard.startsWith("{\"type\":\"synced\"") || heard.startsWith("{\"type\":\"reset\"")) {
                synced.complete(found(CURSOR, heard));
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable problem) {
            synced.completeExceptionally(problem);
            closed.completeExceptionally(problem);
        }
    }
}
