package koine.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.Refused;
import koine.kernel.SessionId;
import koine.testing.Api;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.test.StepVerifier;

@KoineTest
class SessionsTest {

    @Autowired
    private BeanFactory service;

    @Autowired
    private Sessions sessions;

    @Autowired
    private Tokens tokens;

    @Autowired
    private DatabaseClient database;

    @Test
    void endIdle_endsThoseThatNobodyUsedAndNoOthers() {
        var people = new People(service);
        var idle = people.one("idle");
        var used = people.one("used");
        var idleSession = who(idle);
        lastSeen(idleSession, "30 days 1 minute");
        lastSeen(who(used), "29 days 23 hours");

        assertThat(sessions.endIdle().block()).isPositive();

        tokens.verify(idle.token()).as(StepVerifier::create).verifyError(Refused.class);
        tokens.verify(used.token()).as(StepVerifier::create).expectNextCount(1).verifyComplete();
        sessions.ended(List.of(idleSession.session(), who(used).session()))
                .as(StepVerifier::create)
                .expectNext(idleSession.session())
                .verifyComplete();
    }

    @Test
    void ended_sessionThatNeverWas_isOne() {
        sessions.ended(List.of(new SessionId(Long.MAX_VALUE)))
                .as(StepVerifier::create)
                .expectNext(new SessionId(Long.MAX_VALUE))
                .verifyComplete();
    }

    @Test
    void toString_ofTokens_hidesTheSecrets() {
        var token = new RefreshToken(new SessionId(1), "secret-family", "secret-itself");

        assertThat(token.toString()).doesNotContain("secret");
        assertThat(new TokenPair(
                                new SignedIn(new AccountId(1), new SessionId(1)),
                                new AccessToken("secret", Duration.ZERO),
                                token.text())
                        .toString())
                .doesNotContain("secret");
    }

    private SignedIn who(Api.User user) {
        return tokens.verify(user.token()).blockOptional().orElseThrow();
    }

    private void lastSeen(SignedIn who, String ago) {
        database.sql("update session set last_seen_at = now() - interval '%s' where id = %d"
                        .formatted(ago, who.session().value()))
                .then()
                .block();
    }
}
