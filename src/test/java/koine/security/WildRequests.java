package koine.security;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import koine.testing.Nonsense;
import koine.testing.Table;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/// Requests to every call of the intruders' table that something was done to: to the path, the query, the headers
/// or the body.
final class WildRequests {

    /// After these nothing more can be tried with the token, or the answer does not end, or is a large file that is
    /// always the same.
    private static final Pattern NOT_TO_BE_USED = Pattern.compile(
            "(WS|STREAM) .*|POST /logout|DELETE /api/logout|DELETE /user/sessions.*|GET /(docs|console)/.*");

    /// Those that cost a password's hash each are tried less often.
    private static final Pattern EXPENSIVE = Pattern.compile(".*(/register|/login|/signin|/user/password).*");

    private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9/?=&._~%-]");

    private static final List<String> HEADERS = List.of(
            "Content-Type: text/plain",
            "Content-Type: application/json; charset=utf-16",
            "Content-Type: ;;;",
            "Content-Type: multipart/form-data; boundary=",
            "Accept: text/html",
            "Accept: ,;q=2",
            "Range: bytes=-1,5-2,0-99999999999999999999",
            "If-None-Match: \"\", W/*",
            "If-Modified-Since: yesterday",
            "Idempotency-Key: a\u0001b",
            "Idempotency-Key: " + "k".repeat(300),
            "Content-Disposition: attachment; filename*=UTF-8''%ff%00%2e%2e%2f; filename=\"",
            "Content-Disposition: form-data; name=x; filename=../../etc/passwd",
            "Cookie: koine_session=a.b.c",
            "Cookie: =;;koine_session",
            "Origin: null",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Expect: 100-something",
            "X-Forwarded-For: %s%n, ::::",
            "Forwarded: for=\"",
            "Content-Encoding: gzip",
            "Accept-Language: zz-\u00e9",
            "Accept: text/\u0090",
            "Content-Type: application/\u0090",
            "Sec-WebSocket-Protocol: koine.\u0090");

    private static final List<String> PARAMETERS = List.of(
            "cursor",
            "limit",
            "before",
            "after",
            "since",
            "q",
            "chat_id",
            "id",
            "token",
            "ticket",
            "user_num",
            "msg_from",
            "msg_to",
            "grp_name",
            "grp_nam\u0090",
            "room_name",
            "EIO",
            "transport",
            "sid");

    private WildRequests() {}

    /// @param names  for the names in the table
    /// @param tokens of which each request shows one; an empty one is not shown
    static Arbitrary<byte[]> all(Map<String, String> names, List<String> tokens) {
        return Arbitraries.frequencyOf(Table.rows("http.md").stream()
                .map(row -> row.get(1))
                .filter(trial -> !NOT_TO_BE_USED.matcher(trial).matches())
                .map(trial ->
                        Tuple.of(EXPENSIVE.matcher(trial).matches() ? 1 : 20, wild(Trial.of(trial, names), tokens)))
                .toList());
    }

    private static Arbitrary<byte[]> wild(Trial trial, List<String> tokens) {
        return Combinators.combine(
                        path(trial.path()),
                        body(trial.body()),
                        Arbitraries.of(tokens),
                        Arbitraries.of(HEADERS).list().ofMaxSize(1))
                .as((path, body, token, headers) -> request(trial.method(), path, body, token, headers));
    }

    private static Arbitrary<String> path(String path) {
        return Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(path)),
                Tuple.of(2, Nonsense.changed(List.of(path)).map(WildRequests::sendable)),
                Tuple.of(2, query().map(query -> path + (path.contains("?") ? "&" : "?") + query)));
    }

    /// Parameters that some call takes.
    private static Arbitrary<String> query() {
        return Combinators.combine(Arbitraries.of(PARAMETERS), Nonsense.trouble())
                .as((name, value) -> URLEncoder.encode(name, StandardCharsets.UTF_8) + "="
                        + sendable(value).substring(1).replace("&", "%26"));
    }

    private static Arbitrary<byte[]> body(@Nullable String body) {
        return body == null
                ? Arbitraries.frequencyOf(
                        Tuple.of(4, Arbitraries.just(new byte[0])), Tuple.of(1, Nonsense.like(List.of("{\"a\":1}"))))
                : Nonsense.like(List.of(body));
    }

    /// Characters that may not stand in a request's first line are encoded; a percent sign is left as it is.
    private static String sendable(String path) {
        var encoded =
                UNSAFE.matcher(path).replaceAll(found -> URLEncoder.encode(found.group(), StandardCharsets.UTF_8));
        return encoded.startsWith("/") ? encoded : "/" + encoded;
    }

    private static byte[] request(String method, String path, byte[] body, String token, List<String> headers) {
        var lines = new ArrayList<>(List.of(method + " " + path + " HTTP/1.1", "Host: localhost"));
        lines.add("Content-Length: " + body.length);
        if (headers.stream().noneMatch(header -> header.startsWith("Content-Type"))) {
            lines.add("Content-Type: application/json");
        }
        if (!token.isEmpty()) {
            lines.add("Authorization: Bearer " + token);
        }
        lines.addAll(headers);
        var head = (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        var all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }
}
