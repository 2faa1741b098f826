package koine.protocol.events;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client of the event stream, over a real connection.
final class EventStream implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final HttpResponse<java.io.InputStream> response;
    private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();

    /// One event, or a comment.
    ///
    /// @param id   null if it has none
    /// @param data null for a comment
    record Entry(@Nullable String id, @Nullable String data) {

        JsonNode json() {
            return JsonMapper.shared().readTree(data == null ? "{}" : data);
        }

        String type() {
            return json().path("type").asString("");
        }
    }

    private EventStream(HttpRequest request) {
        try {
            this.response = HTTP.send(request, BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(this::read);
    }

    static EventStream open(int port, String query, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/events" + query))
                .header("Accept", "text/event-stream");
        headers.forEach(request::header);
        return new EventStream(request.build());
    }

    static EventStream open(int port, String token) {
        return open(port, "", Map.of("Authorization", "Bearer " + token));
    }

    static EventStream from(int port, String token, String lastEventId) {
        return open(port, "", Map.of("Authorization", "Bearer " + token, "Last-Event-ID", lastEventId));
    }

    int status() {
        return response.statusCode();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    Entry next() {
        try {
            var entry = entries.poll(Duration.ofSeconds(20).toMillis(), TimeUnit.MILLISECONDS);
            if (entry == null) {
                throw new AssertionError("nothing came");
            }
            return entry;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The next event, whatever it is; comments, which come by the clock, are passed over.
    Entry nextEvent() {
        var entry = next();
        while (entry.data() == null) {
            entry = next();
        }
        return entry;
    }

    /// The next event of the type; others are passed over.
    Entry await(String type) {
        var entry = next();
        while (!entry.type().equals(type)) {
            entry = next();
        }
        return entry;
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String id = null;
            String data = null;
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    entries.add(new Entry(id, data));
                    id = null;
                    data = null;
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                }
            }
        } catch (IOException _) { // closed
        }
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
