package koine.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The service's HTTP API as an ordinary client uses it, over a real connection.
public final class Api {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final AtomicLong COUNTER = new AtomicLong();

    private final String baseUrl;

    public Api(int port) {
        this.baseUrl = "http://localhost:" + port;
    }

    /// An answer of the service.
    ///
    /// @param body missing where the answer has none
    public record Answer(int status, JsonNode body, HttpHeaders headers) {

        /// The body of an answer that must be a success.
        public JsonNode ok() {
            if (status != 200) {
                throw new AssertionError("expected 200 and got " + status + " " + body);
            }
            return body;
        }

        /// The code of an error; empty for an answer that is none.
        public String code() {
            return body.path("details").path("code").asString("");
        }
    }

    /// Somebody who is registered and signed in.
    public record User(long id, String username, String token) {}

    /// Registers somebody under a name that nobody has yet; the password is `secret`.
    public User register(String prefix) {
        var username = prefix + "-" + COUNTER.incrementAndGet() + "-" + System.nanoTime();
        var answer = post("/register", null, Map.of("username", username, "password", "secret"));
        var token = answer.ok().path("access_token").stringValue();
        var me = get("/user/me", token).ok();
        return new User(me.path("id").longValue(), username, token);
    }

    /// Opens the private chat of two users and gives its id.
    public long privateChat(User one, User other) {
        return post("/chat/private/create", one.token(), Map.of("with_user_id", other.id()))
                .ok()
                .path("id")
                .longValue();
    }

    public Answer get(String path, @Nullable String token) {
        return call("GET", path, token, null, Map.of());
    }

    /// @param body any value that Jackson can write, or text, which is sent as it is
    public Answer post(String path, @Nullable String token, Object body) {
        return call("POST", path, token, body, Map.of());
    }

    /// @param body any value that Jackson can write, or text, which is sent as it is; null for none
    public Answer call(
            String method, String path, @Nullable String token, @Nullable Object body, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(URI.create(baseUrl + path))
                .timeout(LIMIT)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(text(body)));
        if (body != null && !headers.containsKey("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        headers.forEach(request::header);
        return send(request.build());
    }

    private static String text(Object body) {
        return body instanceof String text ? text : JSON.writeValueAsString(body);
    }

    private static Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
            var body = response.body().isEmpty() ? JSON.missingNode() : JSON.readTree(response.body());
            return new Answer(response.statusCode(), body, response.headers());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
