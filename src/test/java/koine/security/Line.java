package koine.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The way to the service, for calls that need not be answered well.
record Line(int port) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

    /// How much is read of an answer that does not end.
    private static final int GLANCE = 64;

    CompletableFuture<Outcome> call(Trial trial, @Nullable String token) {
        return switch (trial.method()) {
            case "WS" -> CompletableFuture.completedFuture(handshake(trial.path(), token));
            case "STREAM" -> stream(trial.path(), token);
            default ->
                HTTP.sendAsync(request(trial, trial.method(), token), BodyHandlers.ofString())
                        .thenApply(answer -> new Outcome(answer.statusCode(), answer.body()));
        };
    }

    private HttpRequest request(Trial trial, String method, @Nullable String token) {
        var body = trial.body();
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + trial.path()))
                .timeout(LIMIT)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request.build();
    }

    /// An answer that has no end: its beginning will do.
    private CompletableFuture<Outcome> stream(String path, @Nullable String token) {
        return HTTP.sendAsync(request(new Trial("GET", path, null), "GET", token), BodyHandlers.ofInputStream())
                .thenApply(Line::beginning);
    }

    private static Outcome beginning(HttpResponse<InputStream> answer) {
        try (var body = answer.body()) {
            var ends = answer.statusCode() >= 400;
            return new Outcome(
                    answer.statusCode(),
                    new String(ends ? body.readAllBytes() : body.readNBytes(GLANCE), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The answer to a handshake; the socket is not used.
    private Outcome handshake(String path, @Nullable String token) {
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            var authorization = token == null ? "" : "Authorization: Bearer " + token + "\r\n";
            socket.getOutputStream()
                    .write("""
                            GET %s HTTP/1.1\r
                            Host: localhost:%d\r
                            Upgrade: websocket\r
                            Connection: Upgrade\r
                            Sec-WebSocket-Version: 13\r
                            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                            %s\r
                            """.formatted(path, port, authorization).getBytes(StandardCharsets.US_ASCII));
            return answer(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Outcome answer(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("cut off after " + head);
            }
            head.append((char) next);
        }
        var length = LENGTH.matcher(head);
        var body = length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : new byte[0];
        return new Outcome(Integer.parseInt(head.substring(9, 12)), new String(body, StandardCharsets.UTF_8));
    }
}
