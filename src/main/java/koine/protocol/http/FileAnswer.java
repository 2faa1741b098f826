package koine.protocol.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import koine.media.MediaFile;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRange;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Answers with a file, or with the one part of it that was asked for (RFC 9110, 13 and 14).
///
/// What people upload is not ours: a browser may show pictures of a few kinds in place and stores all else, it
/// takes nothing for another type than the one that is told, and runs no script from it.
final class FileAnswer {

    private static final Duration KEPT_BY_CLIENTS = Duration.ofDays(1);

    private final MediaFile file;
    private final ServerWebExchange exchange;
    private final String tag;

    FileAnswer(MediaFile file, ServerWebExchange exchange) {
        this.file = file;
        this.exchange = exchange;
        this.tag = '"' + file.version() + '"';
    }

    /// A part of the file, with the offset of its first and of its last byte.
    private record Part(long first, long last) {

        long length() {
            return last - first + 1;
        }
    }

    Mono<Void> send() {
        var response = exchange.getResponse();
        addCommonHeaders(response.getHeaders());
        if (exchange.checkNotModified(tag)) {
            return response.setComplete();
        }
        return range().map(range -> send(range, response)).orElseGet(() -> body(new Part(0, file.size() - 1)));
    }

    private Mono<Void> send(HttpRange range, ServerHttpResponse response) {
        var first = range.getRangeStart(file.size());
        if (first >= file.size()) {
            response.setStatusCode(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE);
            response.getHeaders().set(HttpHeaders.CONTENT_RANGE, "bytes */" + file.size());
            return response.setComplete();
        }
        var part = new Part(first, range.getRangeEnd(file.size()));
        var contentRange = "bytes %d-%d/%d".formatted(part.first(), part.last(), file.size());
        response.setStatusCode(HttpStatus.PARTIAL_CONTENT);
        response.getHeaders().set(HttpHeaders.CONTENT_RANGE, contentRange);
        return body(part);
    }

    private Mono<Void> body(Part part) {
        var response = exchange.getResponse();
        var headers = response.getHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, file.contentType());
        headers.set(HttpHeaders.CONTENT_DISPOSITION, disposition());
        headers.setContentLength(part.length());
        return HttpMethod.HEAD.equals(exchange.getRequest().getMethod())
                ? response.setComplete()
                : response.writeWith(file.contents().read(part.first(), part.length()));
    }

    private void addCommonHeaders(HttpHeaders headers) {
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
        headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        headers.setCacheControl(
                CacheControl.maxAge(KEPT_BY_CLIENTS).cachePrivate().immutable());
    }

    private String disposition() {
        var disposition = file.image() ? ContentDisposition.inline() : ContentDisposition.attachment();
        return disposition
                .filename(file.fileName(), StandardCharsets.UTF_8)
                .build()
                .toString();
    }

    /// The one range that is to be sent. A header that is malformed, has several, or is for another version of
    /// the file than this one is passed over, and the whole file sent.
    private Optional<HttpRange> range() {
        var headers = exchange.getRequest().getHeaders();
        var ifRange = headers.getFirst(HttpHeaders.IF_RANGE);
        return ifRange == null || ifRange.equals(tag)
                ? Optional.of(ranges(headers))
                        .filter(ranges -> ranges.size() == 1)
                        .map(List::getFirst)
                : Optional.empty();
    }

    private static List<HttpRange> ranges(HttpHeaders headers) {
        try {
            return HttpRange.parseRanges(headers.getFirst(HttpHeaders.RANGE));
        } catch (IllegalArgumentException _) {
            return List.of();
        }
    }
}
