package koine.operations;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Asks a service on this machine whether it is well, as a program of its own: the container's health check, where
/// there is no shell and no `curl`. It uses nothing but the JDK, so that it is quick.
public final class HealthCheck {

    private static final int LIMIT_MILLIS = 3_000;
    private static final String REQUEST =
            "GET /actuator/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private HealthCheck() {}

    /// Ends with 0 if the service is well, and otherwise with 1.
    static void main() {
        System.exit(isWell(port(System.getenv())) ? 0 : 1);
    }

    /// The port of the service in this environment.
    static int port(Map<String, String> environment) {
        return Integer.parseInt(environment.getOrDefault("SERVER_PORT", "8080"));
    }

    /// Whether a service at the port says that it is; false also if nobody answers in time.
    static boolean isWell(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            var answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            var status = answer.readLine();
            return status != null && status.startsWith("HTTP/1.1 200");
        } catch (IOException _) {
            return false;
        }
    }
}
