package koine.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/// Files that browsers get as they are, all under one content security policy. Each is read once, when its route is
/// made, and served from memory.
///
/// A browser keeps a file but asks each time whether it is still the same (`no-cache` and an `ETag` of its contents):
/// modules name each other without a version, since nothing builds them, so a file that were good for a while could
/// meet one of a newer release. The answer to that question is 304 and has no body.
public final class StaticPages {

    private static final Map<String, MediaType> TYPES = Map.of(
            "html", text("html"),
            "css", text("css"),
            "js", text("javascript"),
            "mjs", text("javascript"),
            "svg", MediaType.valueOf("image/svg+xml"));

    private final String policy;

    /// @param policy the value of `Content-Security-Policy`
    public StaticPages(String policy) {
        this.policy = policy;
    }

    private record Contents(Resource bytes, MediaType type, String tag) {}

    /// Serves a file at a path.
    ///
    /// @param path as Spring's path patterns
    /// @param file whose name ends with what kind it is: `html`, `css`, `js`, `mjs` or `svg`
    public RouterFunction<ServerResponse> file(String path, Resource file) {
        var contents = read(file);
        return RouterFunctions.route(reading(path), request -> answer(request, contents));
    }

    /// Who reads at a path, or asks for the head of what they would read.
    public static RequestPredicate reading(String path) {
        return RequestPredicates.methods(HttpMethod.GET, HttpMethod.HEAD).and(RequestPredicates.path(path));
    }

    /// A 304 has the same headers: a browser takes them over for what it keeps.
    private Mono<ServerResponse> answer(ServerRequest request, Contents contents) {
        var isKept = request.exchange().checkNotModified(contents.tag());
        var answer = ServerResponse.status(isKept ? HttpStatus.NOT_MODIFIED : HttpStatus.OK)
                .eTag(contents.tag())
                .header("Content-Security-Policy", policy)
                .header("Cache-Control", "no-cache");
        return isKept ? answer.build() : answer.contentType(contents.type()).bodyValue(contents.bytes());
    }

    private static Contents read(Resource file) {
        try {
            var bytes = file.getContentAsByteArray();
            return new Contents(new ByteArrayResource(bytes), type(file), "\"" + digest(bytes) + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MediaType type(Resource file) {
        var name = String.valueOf(file.getFilename());
        var type = TYPES.get(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        if (type == null) {
            throw new IllegalArgumentException("of no kind that is served: " + name);
        }
        return type;
    }

    private static MediaType text(String subtype) {
        return MediaType.valueOf("text/" + subtype + ";charset=utf-8");
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
