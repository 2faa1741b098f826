package koine.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/// Connections that are used for one call after the other.
@KoineTest
class KeptAliveTest {

    private static final int PATIENCE = 10_000;

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext service;

    /// A call that is refused at once, while the server is not done with the one before it, must not be the last
    /// that is read from the connection. Clients get there by chance when they call again as soon as they have
    /// their answer; here both calls are there from the start.
    @Test
    void connection_afterACallRefusedWhileAnotherWasEnding_answersTheNext() throws IOException {
        var token = new People(service).one("kept").token();
        var asked = get("Authorization: Bearer " + token + "\r\n");
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout(PATIENCE);
            var from = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));

            for (var i = 0; i < 20; i++) {
                send(socket, asked + get(""));
                assertThat(List.of(status(from), status(from))).containsExactly(200, 401);
                send(socket, asked);
                assertThat(status(from)).isEqualTo(200);
            }
        }
    }

    private static String get(String headers) {
        return "GET /user/me HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    private static void send(Socket socket, String requests) throws IOException {
        socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
    }

    /// Of the next answer, which has a body of a known length.
    private static int status(BufferedReader from) throws IOException {
        var head = new ArrayList<String>();
        for (var line = from.readLine(); line != null && !line.isEmpty(); line = from.readLine()) {
            head.add(line);
        }
        var length = head.stream()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith("content-length:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
        assertThat(from.skip(length)).isEqualTo(length);
        return Integer.parseInt(head.getFirst().substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    }
}
