package koine.protocol.matcha;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.Texts;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client of matcha over a WebSocket, which speaks Socket.IO 5 by hand.
final class Matcha implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Texts texts = new Texts();
    private final Address address;
    private final WebSocket socket;
    private int asked;

    /// Where sockets are served.
    enum Address {
        /// The path of Socket.IO.
        COMMON("/socket.io/", "/api/socket,"),
        /// matcha's own.
        OWN("/api/socket/", "");

        private final String path;
        private final String prefix;

        Address(String path, String prefix) {
            this.path = path;
            this.prefix = prefix;
        }

        String path() {
            return path;
        }
    }

    private Matcha(int port, Address address, String query, Map<String, String> headers) {
        this.address = address;
        var uri = URI.create("ws://localhost:" + port + address.path + "?EIO=4&transport=websocket" + query);
        var builder = HTTP.newWebSocketBuilder();
        headers.forEach(builder::header);
        this.socket = builder.buildAsync(uri, texts).join();
        assertThat(next()).startsWith("0{");
    }

    /// A socket that has joined with `auth`, as JSON.
    static Matcha open(int port, Address address, String query, Map<String, String> headers, String auth) {
        var client = new Matcha(port, address, query, headers);
        client.send("40" + address.prefix + auth);
        assertThat(client.next()).startsWith("40" + address.prefix + "{\"sid\":");
        return client;
    }

    /// A socket that shows the user's token as it joins.
    static Matcha of(int port, Api.User user) {
        return open(port, Address.COMMON, "", Map.of(), "{\"token\":\"" + user.token() + "\"}");
    }

    /// One on which the user gets what happens.
    static Matcha live(int port, Api.User user) {
        var client = of(port, user);
        client.assertDone("connect_logged_user", user.id());
        return client;
    }

    /// The HTTP status by which a handshake is refused.
    static int refusal(int port, Address address, Map<String, String> headers) {
        return EventClient.refusedStatus(() -> new Matcha(port, address, "", headers));
    }

    void send(String packet) {
        socket.sendText(packet, true).join();
    }

    void sendBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    void emit(String event, Object... arguments) {
        send("42" + address.prefix + array(event, arguments));
    }

    /// Emits an event with a callback, and gives what that is told; events that come meanwhile stay.
    JsonNode ask(String event, Object... arguments) {
        var id = asked++;
        send("42" + address.prefix + id + array(event, arguments));
        var ack = "43" + address.prefix + id;
        var passed = new ArrayList<String>();
        var next = next();
        while (!next.startsWith(ack)) {
            passed.add(next);
            next = next();
        }
        texts.again(passed);
        return JSON.readTree(next.substring(ack.length())).path(0);
    }

    void assertDone(String event, Object... arguments) {
        assertThat(ask(event, arguments).path("message").stringValue()).isEqualTo("ok");
    }

    /// Emits an event, which the event `error` answers.
    void assertRefused(String message, String event, Object... arguments) {
        emit(event, arguments);
        assertThat(next("error")).hasToString("{\"message\":\"" + message + "\",\"event\":\"" + event + "\"}");
    }

    /// The argument of the next event, which must be this one.
    JsonNode next(String event) {
        var packet = next();
        var prefix = "42" + address.prefix;
        assertThat(packet).startsWith(prefix + "[\"" + event + "\",");
        return JSON.readTree(packet.substring(prefix.length())).path(1);
    }

    /// Nothing but the answer to an event sent now comes.
    void assertNothingCame() {
        assertRefused("unknown event", "nothing");
    }

    /// The next packet.
    String next() {
        return texts.next();
    }

    /// The server ends the session: tells so by a packet, and then closes with the code.
    void assertDisconnected(int code) {
        var expected = address.prefix.isEmpty() ? "41" : "41" + address.prefix;
        var next = next();
        while (!next.startsWith("41")) {
            next = next();
        }
        assertThat(next).isEqualTo(expected);
        assertThat(texts.closeCode()).isEqualTo(code);
    }

    /// Emits an event of which the server may take so much and no more.
    void emitInVain(String event, Object... arguments) {
        try {
            emit(event, arguments);
        } catch (CompletionException _) {
            // it closes the connection before it has read all of it
        }
    }

    /// The server closes, with the code and without a word.
    void assertClosed(int code) {
        assertThat(texts.closeCode()).isEqualTo(code);
    }

    private static String array(String event, Object... arguments) {
        var all = new ArrayList<Object>(List.of(event));
        all.addAll(List.of(arguments));
        return JSON.writeValueAsString(all);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
