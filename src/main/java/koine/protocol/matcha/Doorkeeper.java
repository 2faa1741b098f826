package koine.protocol.matcha;

import java.util.Optional;
import koine.auth.SessionCookies;
import koine.auth.SignedIn;
import koine.auth.Tokens;
import koine.auth.Visit;
import koine.delivery.Deliveries;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.limit.ClientAddress;
import koine.protocol.SocketEndings;
import koine.protocol.matcha.socketio.Gate;
import koine.protocol.matcha.socketio.Handshake;
import koine.protocol.matcha.socketio.HandshakeRefused;
import koine.protocol.matcha.socketio.JoinRequest;
import koine.protocol.matcha.socketio.Namespace;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Finds out who opens a socket: by a token that the client sends along when it joins, in the query or in the
/// header, or else by the session's cookie. Whoever shows none of these, or one that is not good, is let in as a
/// stranger.
@Component
class Doorkeeper implements Gate, Namespace {

    private static final String BEARER = "Bearer ";
    private static final String TOKEN = "token";

    private final Tokens tokens;
    private final SessionCookies cookies;
    private final MatchaConversation.Core core;

    Doorkeeper(
            Tokens tokens,
            SessionCookies cookies,
            Deliveries deliveries,
            Conversing conversing,
            SocketEndings endings,
            ErrorEvents errors) {
        this.tokens = tokens;
        this.cookies = cookies;
        this.core = new MatchaConversation.Core(
                deliveries,
                conversing.frames(),
                conversing.signatures(),
                conversing.deeds(),
                conversing.waiting(),
                endings,
                errors);
    }

    /// Of this module.
    @Component
    record Conversing(MatchaFrames frames, Signatures signatures, MatchaDeeds deeds, Waiting waiting) {}

    /// A cookie is sent along by browsers whichever page opens the socket: it must be one of this very server.
    @Override
    public Mono<Void> check(Handshake handshake) {
        return shownToken(handshake).isPresent()
                ? Mono.empty()
                : cookies.actor(visit(handshake))
                        .onErrorMap(Doorkeeper::isForbidden, problem -> new HandshakeRefused(detail(problem)))
                        .onErrorComplete(Refused.class)
                        .then();
    }

    @Override
    public Object origin(Handshake handshake) {
        return ClientAddress.networkOf(handshake.address());
    }

    @Override
    public Mono<Admission> admit(JoinRequest request) {
        return caller(request)
                .<Admission>map(who -> socket -> new MatchaConversation(socket, who, core))
                .defaultIfEmpty(socket -> new Stranger(socket, core.errors()));
    }

    private Mono<SignedIn> caller(JoinRequest request) {
        return token(request)
                .map(tokens::verify)
                .orElseGet(() -> cookies.reader(visit(request.handshake())))
                .onErrorComplete(Refused.class);
    }

    private static Optional<String> token(JoinRequest request) {
        var said = request.auth().path(TOKEN);
        return said.isString() ? Optional.of(said.stringValue()) : shownToken(request.handshake());
    }

    private static Optional<String> shownToken(Handshake handshake) {
        return Optional.ofNullable(handshake.query().getFirst(TOKEN))
                .or(() -> Optional.ofNullable(handshake.headers().getFirst(HttpHeaders.AUTHORIZATION))
                        .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                        .map(header -> header.substring(BEARER.length()).strip()));
    }

    private static Visit visit(Handshake handshake) {
        return new Visit(handshake.uri(), handshake.headers(), handshake.cookies());
    }

    private static boolean isForbidden(Throwable problem) {
        return problem instanceof Refused refused && refused.code() == ErrorCode.FORBIDDEN;
    }

    private static String detail(Throwable problem) {
        return String.valueOf(problem.getMessage());
    }
}
