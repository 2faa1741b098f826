package koine.auth;

import java.net.URI;
import java.util.List;
import org.springframework.stereotype.Component;

/// Whose pages are trusted: this server's own, and those of the origins that are listed in the settings. A listed one
/// may call from a browser, with the session's cookie as well; nobody else's page can.
@Component
public class Origins {

    private final List<String> allowed;

    /// Errors: [UnusableSetting] for what is no origin.
    Origins(WebProperties properties) {
        this.allowed = properties.allowedOrigins().stream().distinct().toList();
        allowed.stream().filter(origin -> !isOrigin(origin)).findFirst().ifPresent(Origins::refuse);
    }

    /// Whether the request was made by a page that is trusted.
    public boolean trust(Visit visit) {
        return visit.isFromOwnPage() || visit.origin().filter(allowed::contains).isPresent();
    }

    /// Whether the request names a page that is neither ours nor listed. One that names none was made by no page, or
    /// by one of ours that only reads.
    public boolean distrust(Visit visit) {
        return visit.namesOrigin() && !trust(visit);
    }

    /// Those that are listed.
    public List<String> allowed() {
        return allowed;
    }

    /// As browsers write it (RFC 6454, 6.1): a scheme of the web, a host in small letters, and the port unless it is
    /// the usual one.
    private static boolean isOrigin(String text) {
        try {
            var uri = URI.create(text);
            return uri.getHost() != null && text.equals(written(uri));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String written(URI uri) {
        var usual = Visit.usualPort(uri.getScheme());
        var port = uri.getPort() < 0 || uri.getPort() == usual ? "" : ":" + uri.getPort();
        return Visit.scheme(uri.getScheme()) + "://" + Visit.host(uri) + port;
    }

    private static void refuse(String text) {
        throw new UnusableSetting(
                "koine.web.allowed-origins: \"%s\" is no origin; list each as browsers write it, such as"
                                .formatted(text)
                        + " https://app.example.com, without a path, a wildcard or the usual port.");
    }
}
