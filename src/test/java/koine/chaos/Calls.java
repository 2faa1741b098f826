package koine.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// HTTP calls of one client on a network that may lose them.
final class Calls {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final HttpClient http;
    private final String token;

    Calls(HttpClient http, String token) {
        this.http = http;
        this.token = token;
    }

    /// @param code of an error; empty for a success
    record Answer(String code, JsonNode body) {

        boolean isOk() {
            return code.isEmpty();
        }
    }

    /// Empty if no answer came: then it is not known whether the call was carried out.
    Optional<Answer> call(int port, String method, String path, @Nullable Object body) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            var read = JSON.readTree(response.body());
            var code = response.statusCode() == 200
                    ? ""
                    : read.path("details").path("code").asString("status " + response.statusCode());
            return Optional.of(new Answer(code, read));
        } catch (IOException | JacksonException _) { // lost on the way there or back
            return Optional.empty();
        }
    }
}
