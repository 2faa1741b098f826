package koine.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A stream of Server-Sent Events, which resumes with `Last-Event-ID`. An event counts when its empty line has
/// come, as the format has it, so a stream that is cut in the middle of one has not sent it.
final class StreamLine implements Line {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final long LIMIT_SECONDS = 5;

    private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final InputStream body;
    private final Faults faults;
    private volatile boolean broken;

    private StreamLine(InputStream body, Faults faults) {
        this.body = body;
        this.faults = faults;
    }

    /// @throws CompletionException if there is no getting through
    static StreamLine open(HttpClient http, int port, String token, String since, Faults faults) {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/events"))
                .header("Authorization", "Bearer " + token)
                .header("Last-Event-ID", since)
                .build();
        var response = http.sendAsync(request, BodyHandlers.ofInputStream())
                .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
        var line = new StreamLine(response.body(), faults);
        if (response.statusCode() != 200) {
            line.leave(false);
            throw new CompletionException("status " + response.statusCode(), null);
        }
        Thread.ofVirtual().start(line::readAll);
        return line;
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
        return false;
    }

    @Override
    public void send(Object command) {
        throw new UnsupportedOperationException("a stream takes no commands");
    }

    @Override
    public void leave(boolean politely) {
        broken = true;
        try {
            body.close();
        } catch (IOException _) { // it was broken before
        }
    }

    private void readAll() {
        try (var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            var id = "";
            var data = "";
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty() && !data.isEmpty()) {
                    take(id, JSON.readTree(data));
                    id = "";
                    data = "";
                }
            }
        } catch (IOException | JacksonException _) { // cut
        }
        broken = true;
    }

    private void take(String id, JsonNode frame) {
        faults.addUnless(frame.path("cursor").asString("").equals(id), "The id {} was given to {}", id, frame);
        frames.add(frame);
    }
}
