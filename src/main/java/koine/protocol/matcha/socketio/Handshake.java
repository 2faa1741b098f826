package koine.protocol.matcha.socketio;

import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/// The request by which a client opened its session, kept for as long as that lasts.
///
/// @param uri     as the server saw it
/// @param address of the client, or of the proxy before it
public record Handshake(
        EngineVersion version,
        URI uri,
        HttpHeaders headers,
        MultiValueMap<String, HttpCookie> cookies,
        MultiValueMap<String, String> query,
        @Nullable InetSocketAddress address) {

    /// A copy: the request's own are gone once it has been answered.
    static Handshake of(EngineVersion version, ServerHttpRequest request) {
        return new Handshake(
                version,
                request.getURI(),
                HttpHeaders.readOnlyHttpHeaders(HttpHeaders.copyOf(request.getHeaders())),
                new LinkedMultiValueMap<>(request.getCookies()),
                new LinkedMultiValueMap<>(request.getQueryParams()),
                request.getRemoteAddress());
    }

    /// Names nothing of what headers, cookies and the query hold, which are secrets.
    @Override
    public String toString() {
        return "Handshake[version=" + version + ", path=" + uri.getPath() + ", address=" + address + "]";
    }
}
