package koine.auth;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.ForwardedHeaderUtils;
import org.springframework.web.util.UriComponents;

/// What a browser's request shows of where it comes from: its address, as the server sees it, its headers and its
/// cookies.
public record Visit(URI uri, HttpHeaders headers, MultiValueMap<String, HttpCookie> cookies) {

    public static Visit of(ServerHttpRequest request) {
        return new Visit(request.getURI(), request.getHeaders(), request.getCookies());
    }

    /// Whether the request would open a WebSocket (RFC 6455, 4.1).
    public static boolean isHandshake(ServerHttpRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeaders().getUpgrade());
    }

    /// Whether the client spoke TLS, to this server or to a proxy before it.
    public boolean isSecure() {
        return scheme(address().getScheme()).equals("https");
    }

    /// Whether a page of this very server made the request: its scheme, host and port are those of the request
    /// (RFC 6454), as they were before a proxy if there is one (RFC 7239, and `X-Forwarded-*`). No page of
    /// another server can set any of these headers. Browsers leave `Origin` out where a page reads from its own
    /// server, and say so in another header (Fetch Metadata).
    boolean isFromOwnPage() {
        var origins = headers.getOrEmpty(HttpHeaders.ORIGIN);
        return switch (origins.size()) {
            case 0 -> "same-origin".equals(headers.getFirst("Sec-Fetch-Site"));
            case 1 -> isOwn(origins.getFirst());
            default -> false;
        };
    }

    /// Whether it says which page made it; a browser that must not tell says `null`.
    boolean namesOrigin() {
        return headers.containsHeader(HttpHeaders.ORIGIN);
    }

    /// The one origin that it names.
    Optional<String> origin() {
        var origins = headers.getOrEmpty(HttpHeaders.ORIGIN);
        return origins.size() == 1 ? Optional.of(origins.getFirst()) : Optional.empty();
    }

    private boolean isOwn(String origin) {
        try {
            var own = address();
            return place(URI.create(origin)).equals(place(own.toUri()));
        } catch (IllegalArgumentException | IllegalStateException _) {
            return false;
        }
    }

    private UriComponents address() {
        return ForwardedHeaderUtils.adaptFromForwardedHeaders(uri, headers).build();
    }

    private static String place(URI uri) {
        var scheme = scheme(uri.getScheme());
        if (uri.getHost() == null || scheme.isEmpty()) {
            throw new IllegalArgumentException("not a place in the web");
        }
        var port = uri.getPort() >= 0 ? uri.getPort() : usualPort(scheme);
        return scheme + "://" + host(uri) + ":" + port;
    }

    static String host(URI uri) {
        return uri.getHost().toLowerCase(Locale.ROOT);
    }

    static int usualPort(@Nullable String scheme) {
        return scheme(scheme).equals("https") ? 443 : 80;
    }

    /// A socket's handshake is a request of HTTP, and a page's origin says so.
    static String scheme(@Nullable String scheme) {
        return switch (scheme == null ? "" : scheme.toLowerCase(Locale.ROOT)) {
            case "http", "ws" -> "http";
            case "https", "wss" -> "https";
            default -> "";
        };
    }

    /// Names nothing of what headers and cookies hold, which are secrets.
    @Override
    public String toString() {
        return "Visit[path=" + uri.getPath() + "]";
    }
}
