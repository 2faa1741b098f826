package koine.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.IntStream;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.SessionId;
import koine.testing.MutableClock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

/// Two servers on one database: which keys they sign with, and how long a key verifies.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SigningKeysTest {

    private static final SignedIn WHO = new SignedIn(new AccountId(7), new SessionId(8));
    private static final Duration ROTATION = AuthDatabase.PROPERTIES.keyRotation();
    private static final Duration TTL = AuthDatabase.PROPERTIES.accessTokenTtl();
    private static final Duration COOKIE_TTL = AuthDatabase.PROPERTIES.sessionIdle();
    private static final Duration MOMENT = Duration.ofSeconds(1);

    /// Longer than the keys are kept in memory.
    private static final Duration A_WHILE = Duration.ofMinutes(2);

    private AuthDatabase database;
    private MutableClock clock;

    @BeforeAll
    void createDatabase() {
        database = AuthDatabase.fresh();
    }

    @BeforeEach
    void forgetKeys() {
        database.execute("delete from signing_key");
        clock = new MutableClock(Instant.parse("2026-03-01T10:00:00Z"));
    }

    @Test
    void current_firstUse_makesOneKeyAndKeepsIt() {
        var keys = database.signingKeys(clock);

        var kid = kid(keys);

        assertThat(kid).isNotBlank();
        assertThat(kid(keys)).isEqualTo(kid);
        assertThat(kid(database.signingKeys(clock))).isEqualTo(kid);
        assertThat(keysKept()).isEqualTo(1);
    }

    @Test
    void current_manyServersStartAtOnce_agreeOnOneKey() {
        var kids = Flux.range(0, 8)
                .flatMap(_ -> database.signingKeys(clock).current(), 8)
                .map(SigningKeys.Keyring::kid)
                .distinct();

        kids.as(StepVerifier::create).expectNextCount(1).verifyComplete();
        assertThat(keysKept()).isEqualTo(1);
    }

    @Test
    void current_secret_is256BitsAndDifferentForEachKey() {
        var keys = database.signingKeys(clock);
        var first = keyring(keys);
        clock.advance(ROTATION.plus(MOMENT));
        var second = keyring(keys);

        assertThat(first.signingKey().getEncoded())
                .hasSize(32)
                .isNotEqualTo(second.signingKey().getEncoded());
        assertThat(second.key(first.kid()).getEncoded())
                .isEqualTo(first.signingKey().getEncoded());
    }

    @Test
    void current_beforeTheRotation_staysTheKey() {
        var keys = database.signingKeys(clock);
        var kid = kid(keys);

        clock.advance(ROTATION.minus(MOMENT));

        assertThat(kid(keys)).isEqualTo(kid);
        assertThat(keysKept()).isEqualTo(1);
    }

    @Test
    void current_afterTheRotation_isANewKeyOnEveryServer() {
        var one = database.signingKeys(clock);
        var other = database.signingKeys(clock);
        var old = kid(one);
        assertThat(kid(other)).isEqualTo(old);

        clock.advance(ROTATION.plus(MOMENT));

        assertThat(kid(one)).isNotEqualTo(old).isEqualTo(kid(other));
        assertThat(keysKept()).isEqualTo(2);
    }

    /// The other server had read the keys just before this one made a new one.
    @Test
    void verify_tokenOfAKeyNewerThanTheMemory_isGoodAtOnce() {
        var one = database.tokens(clock);
        var other = database.tokens(clock);
        issue(one);
        clock.advance(ROTATION.minusSeconds(5));
        assertGood(other, issue(other));
        clock.advance(Duration.ofSeconds(10));

        var token = issue(one);

        assertGood(other, token);
    }

    @Test
    void verify_tokenOfTheOtherServer_isGood() {
        assertGood(database.tokens(clock), issue(database.tokens(clock)));
    }

    @Test
    void verify_tokenOfARotatedKey_isGoodUntilItExpires() {
        var tokens = database.tokens(clock);
        issue(tokens);
        clock.advance(ROTATION.minus(MOMENT));
        var token = issue(tokens);

        clock.advance(TTL.minus(MOMENT));
        assertThat(kidOf(issue(tokens))).isNotEqualTo(kidOf(token));
        assertGood(tokens, token);
        assertGood(database.tokens(clock), token);

        clock.advance(MOMENT.plusSeconds(10));
        assertBad(tokens, token);
    }

    /// The last token that a key can sign is issued up to a minute after the rotation, from memory.
    @Test
    void verify_lastTokenOfARotatedKey_isGoodUntilItExpires() {
        var tokens = database.tokens(clock);
        issue(tokens);
        clock.advance(ROTATION.minusSeconds(1));
        var first = issue(tokens);
        clock.advance(Duration.ofSeconds(59));
        var token = issue(tokens);
        assertThat(kidOf(token)).isEqualTo(kidOf(first));

        clock.advance(TTL.minus(MOMENT));

        assertGood(database.tokens(clock), issue(database.tokens(clock)));
        assertGood(database.tokens(clock), token);
    }

    @Test
    void current_keyThatNoLiveTokenCanHave_isDeleted() {
        var keys = database.signingKeys(clock);
        var old = kid(keys);
        clock.advance(ROTATION.plus(MOMENT));
        var young = kid(keys);
        clock.advance(COOKIE_TTL.plus(A_WHILE));

        var keyring = keyring(keys);

        assertThat(keyring.has(old)).isFalse();
        assertThat(keyring.kid()).isEqualTo(young);
        assertThat(keysKept()).isEqualTo(1);
    }

    @Test
    void current_afterAYearOfSilence_isOneNewKey() {
        var keys = database.signingKeys(clock);
        var old = kid(keys);

        clock.advance(Duration.ofDays(365));

        assertThat(kid(keys)).isNotEqualTo(old);
        assertThat(keysKept()).isEqualTo(1);
    }

    @Test
    void verify_tokenOfADeletedKey_isNotAuthenticated() {
        var tokens = database.tokens(clock);
        var token = issue(tokens);

        database.execute("delete from signing_key");

        assertBad(database.tokens(clock), token);
    }

    @Test
    void verify_tokenExpired_isNotAuthenticatedAfterAFewSeconds() {
        var tokens = database.tokens(clock);
        var token = issue(tokens);

        clock.advance(TTL.minus(MOMENT));
        assertGood(tokens, token);

        clock.advance(Duration.ofSeconds(7));
        assertBad(tokens, token);
    }

    @Test
    void issue_manyAtOnce_areAllGood() {
        var tokens = database.tokens(clock);

        IntStream.range(0, 8).parallel().forEach(_ -> assertGood(tokens, issue(tokens)));

        assertThat(keysKept()).isEqualTo(1);
    }

    private long keysKept() {
        return database.count("select count(*) from signing_key");
    }

    private static SigningKeys.Keyring keyring(SigningKeys keys) {
        return keys.current().blockOptional().orElseThrow();
    }

    private static String kid(SigningKeys keys) {
        return keyring(keys).kid();
    }

    private static String issue(AccessTokens tokens) {
        return tokens.issue(WHO).blockOptional().orElseThrow().value();
    }

    private static String kidOf(String token) {
        var header = Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.')));
        return JsonMapper.shared()
                .readTree(new String(header, StandardCharsets.UTF_8))
                .path("kid")
                .stringValue();
    }

    private static void assertGood(AccessTokens tokens, String token) {
        tokens.verify(token).as(StepVerifier::create).expectNext(WHO).verifyComplete();
    }

    private static void assertBad(AccessTokens tokens, String token) {
        tokens.verify(token)
                .as(StepVerifier::create)
                .verifyErrorSatisfies(problem -> assertThat(problem)
                        .isInstanceOfSatisfying(
                                Refused.class,
                                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_AUTHENTICATED)));
    }
}
