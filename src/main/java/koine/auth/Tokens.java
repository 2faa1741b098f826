package koine.auth;

import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// Access tokens, which are good for a while and no longer than their session.
@Service
public class Tokens {

    private final AccessTokens tokens;
    private final LiveSessions sessions;

    Tokens(AccessTokens tokens, LiveSessions sessions) {
        this.tokens = tokens;
        this.sessions = sessions;
    }

    /// A token for the session, good from now for the configured time.
    public Mono<AccessToken> issue(SignedIn who) {
        return tokens.issue(who);
    }

    /// Whose token it is.
    ///
    /// Errors: `NOT_AUTHENTICATED` for anything but a token of ours, signed with a key in use, that has not
    /// expired and whose session has not ended.
    public Mono<SignedIn> verify(String token) {
        return tokens.verify(token).flatMap(sessions::check);
    }
}
