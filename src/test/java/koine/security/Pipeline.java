package koine.security;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Requests written one behind the other on one connection, before any of them is answered.
record Pipeline(int port) {

    private static final int LIMIT_MS = 30_000;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
    private static final Pattern CHUNKED = Pattern.compile("(?i)\r\ntransfer-encoding: *chunked");

    /// The answers in their order. There are fewer than requests if the service has closed the connection after one.
    List<Outcome> answers(List<byte[]> requests) throws IOException {
        try (var socket = new Socket("localhost", port)) {
            socket.setSoTimeout(LIMIT_MS);
            write(socket, requests);
            var in = new BufferedInputStream(socket.getInputStream());
            var answers = new ArrayList<Outcome>();
            while (answers.size() < requests.size() && hasMore(in)) {
                answers.add(answer(in));
            }
            return answers;
        }
    }

    /// The service may have closed the connection before all is written.
    private static void write(Socket socket, List<byte[]> requests) {
        try {
            for (var request : requests) {
                socket.getOutputStream().write(request);
            }
        } catch (IOException _) {
            // what it has answered until then can be read
        }
    }

    /// What is not read of the requests makes the network forget the connection.
    private static boolean hasMore(InputStream in) {
        try {
            in.mark(1);
            var next = in.read();
            in.reset();
            return next >= 0;
        } catch (IOException _) {
            return false;
        }
    }

    private static Outcome answer(InputStream in) throws IOException {
        var head = upTo(in, "\r\n\r\n");
        var status = Integer.parseInt(head.substring(9, 12));
        var length = LENGTH.matcher(head);
        if (CHUNKED.matcher(head).find()) {
            return new Outcome(status, chunks(in));
        }
        return new Outcome(status, length.find() ? text(in, Integer.parseInt(length.group(1))) : "");
    }

    private static String chunks(InputStream in) throws IOException {
        var body = new StringBuilder();
        while (true) {
            var size = Integer.parseInt(upTo(in, "\r\n").strip(), 16);
            body.append(text(in, size));
            upTo(in, "\r\n");
            if (size == 0) {
                return body.toString();
            }
        }
    }

    private static String text(InputStream in, int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static String upTo(InputStream in, String end) throws IOException {
        var text = new StringBuilder();
        while (text.length() < end.length() || text.indexOf(end, text.length() - end.length()) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("cut off after " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }
}
