package koine.protocol.matcha.socketio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;

/// A client that speaks Engine.IO by hand, over HTTP.
final class Polls {

    static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final int port;
    private final EngineVersion version;
    private final String sid;

    private Polls(int port, EngineVersion version, String sid) {
        this.port = port;
        this.version = version;
        this.sid = sid;
    }

    /// Opens a session. A client of protocol 4 has been told already that it has joined `/`, and what `/` says.
    static Polls open(EchoServer server, EngineVersion version) {
        var opened = engine(server, version);
        if (version == EngineVersion.V3) {
            opened.pollUntil("42[\"auth\",{}]");
        }
        return opened;
    }

    /// Opens a session, and nothing more.
    static Polls engine(EchoServer server, EngineVersion version) {
        var greeting = json(bare(
                        version,
                        ask(server.port(), "/socket.io/?transport=polling&EIO=" + eio(version))
                                .body())
                .substring(1));
        return new Polls(server.port(), version, greeting.path("sid").stringValue());
    }

    static HttpResponse<String> ask(int port, String path) {
        return send(HttpRequest.newBuilder(uri(port, path)).timeout(PATIENCE).build());
    }

    static HttpResponse<String> ask(int port, String path, String method, String body) {
        return send(HttpRequest.newBuilder(uri(port, path))
                .timeout(PATIENCE)
                .method(method, BodyPublishers.ofString(body))
                .build());
    }

    static int eio(EngineVersion version) {
        return switch (version) {
            case V3 -> 3;
            case V4 -> 4;
        };
    }

    /// A packet as the body of a request or response.
    static String payload(EngineVersion version, String... packets) {
        return switch (version) {
            case V3 -> {
                var body = new StringBuilder();
                for (var packet : packets) {
                    body.append(packet.length()).append(':').append(packet);
                }
                yield body.toString();
            }
            case V4 -> String.join("\u001e", packets);
        };
    }

    String sid() {
        return sid;
    }

    String path() {
        return "/socket.io/?EIO=" + eio(version) + "&transport=polling&sid=" + sid;
    }

    HttpResponse<String> poll() {
        return ask(port, path());
    }

    CompletableFuture<HttpResponse<String>> pollLater() {
        return HTTP.sendAsync(
                HttpRequest.newBuilder(uri(port, path())).timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String... packets) {
        return ask(port, path(), "POST", payload(version, packets));
    }

    HttpResponse<String> postRaw(String body) {
        return ask(port, path(), "POST", body);
    }

    HttpResponse<String> postBytes(byte[] body) {
        return send(HttpRequest.newBuilder(uri(port, path()))
                .timeout(PATIENCE)
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    HttpResponse<String> postBinary(byte[] body) {
        return send(HttpRequest.newBuilder(uri(port, path()))
                .timeout(PATIENCE)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    /// Polls until what came ends with the packet; gives all that came.
    String pollUntil(String packet) {
        var all = new StringBuilder();
        while (!all.toString().endsWith(packet)) {
            var answer = poll();
            if (answer.statusCode() != 200) {
                throw new AssertionError("after " + all + ": " + answer.body());
            }
            all.append(answer.body());
        }
        return all.toString();
    }

    private static String bare(EngineVersion version, String payload) {
        return version == EngineVersion.V3 ? payload.substring(payload.indexOf(':') + 1) : payload;
    }

    private static JsonNode json(String text) {
        return EchoServer.JSON.readTree(text);
    }

    private static URI uri(int port, String path) {
        return URI.create("http://localhost:" + port + path);
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
