package koine.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Two servers on one database: which keys they sign with, and how long a key verifies.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SigningKeysTest {

    private static final SignedIn WHO = new SignedIn(new AccountId(7), new SessionId(8));
    private static final Duration ROTATION = AuthDatabase.PLAIN.keyRotation();
    private static final Duration TTL = AuthDatabase.PROPERTIES.accessTokenTtl();
    private static final Duration COOKIE_TTL = AuthDatabase.PROPERTIES.sessionIdle();
    private static final Duration MOMENT = Duration.ofSeconds(1);

    /// Longer than the keys are kept in memory.
    private static final Duration A_WHILE = Duration.ofMinutes(3);

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
    void signer_firstUse_makesOneKeyThatSignsAtOnce() {
        var keys = database.signingKeys(clock);

        var kid = kid(keys);

        assertThat(kid).isNotBlank();
        assertThat(kid(keys)).isEqualTo(kid);
        assertThat(kid(database.signingKeys(clock))).isEqualTo(kid);
        assertThat(keysKept()).isEqualTo(1);
    }

    @Test
    void signer_manyServersStartAtOnce_agreeOnOneKey() {
        var kids = Flux.range(0, 8)
                .flatMap(_ -> database.signingKeys(clock).signer(), 8)
                .map(Keyring.Key::kid)
                .distinct();

        kids.as(StepVerifier::create).expectNextCount(1).verifyComplete();
        assertThat(keysKept()).isEqualTo(1);
    }

    @Test
    void signer_secret_is256BitsAndDifferentForEachKey() {
        var keys = database.signingKeys(clock);
        var first = signer(keys);
        passRotation(keys);
        var second = signer(keys);

        assertThat(first.secret().getEncoded())
                .hasSize(32)
                .isNotEqualTo(second.secret().getEncoded());
        assertThat(keys.inMemory(first.kid()).orElseThrow().secret()).isEqualTo(first.secret());
    }

    @Test
    void signer_beforeTheRotation_staysTheKey() {
        var keys = database.signingKeys(clock);
        var kid = kid(keys);

        clock.advance(ROTATION.minus(SigningKeys.NOTICE).minus(MOMENT));
        keepUp(keys);

        assertThat(kid(keys)).isEqualTo(kid);
        assertThat(keysKept()).isEqualTo(1);
    }

    /// Each server has looked in between, as it does every ten seconds: what the new key signs needs no look.
    @Test
    void signer_atTheRotation_isAKeyThatEveryServerKnowsAlready() {
        var one = database.signingKeys(clock);
        var other = database.signingKeys(clock);
        var old = kid(one);
        keepUp(other);

        clock.advance(ROTATION.minus(SigningKeys.NOTICE));
        keepUp(one);
        assertThat(keysKept()).isEqualTo(2);
        assertThat(kid(one)).isEqualTo(old);
        clock.advance(SigningKeys.REFRESH);
        keepUp(other);
        assertThat(kid(other)).isEqualTo(old);
        clock.advance(SigningKeys.NOTICE.minus(SigningKeys.REFRESH));

        assertThat(kid(one)).isNotEqualTo(old).isEqualTo(kid(other));
        assertThat(other.inMemory(kid(one))).isPresent();
        assertThat(keysKept()).isEqualTo(2);
    }

    @Test
    void rotate_byCommand_makesAKeyThatSignsAMinuteLaterAndTheOldOneStaysGood() {
        var keys = database.signingKeys(clock);
        var tokens = database.tokens(keys, clock);
        var token = issue(tokens);

        database.execute("select rotate_signing_keys()");
        keepUp(keys);
        keepUp(keys);
        assertThat(keysKept()).isEqualTo(2);
        assertThat(kidOf(issue(tokens))).isEqualTo(kidOf(token));
        clock.advance(SigningKeys.NOTICE);

        assertThat(kidOf(issue(tokens))).isNotEqualTo(kidOf(token));
        assertGood(tokens, token);
        assertGood(database.tokens(clock), token);
    }

    @Test
    void revoke_byCommand_leavesNothingGoodThatWasSignedBefore() {
        var keys = database.signingKeys(clock);
        var tokens = database.tokens(keys, clock);
        var token = issue(tokens);

        database.execute("select revoke_signing_keys()");
        clock.advance(SigningKeys.REFRESH);
        keepUp(keys);

        assertBad(tokens, token);
        assertGood(tokens, issue(tokens));
        assertGood(database.tokens(clock), issue(tokens));
    }

    /// The other server had looked just before this one made the first key, and has not looked since.
    @Test
    void verify_tokenOfAKeyMadeAMomentAgo_isGoodAtOnce() {
        var one = database.tokens(clock);
        var other = database.tokens(clock);
        issue(other);
        database.execute("select revoke_signing_keys()");

        var token = issue(one);

        assertGood(other, token);
    }

    @Test
    void verify_manyTokensOfUnknownKeys_lookIntoTheDatabaseFiveTimesASecond() {
        var tokens = database.tokens(Clock.systemUTC());
        var token = issue(tokens);
        var before = looks();
        var begun = System.nanoTime();

        Flux.range(0, 500)
                .flatMap(
                        n -> tokens.verify(withKid("%016x".formatted(n), token)).onErrorComplete(), 500)
                .as(StepVerifier::create)
                .verifyComplete();

        var passed = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(looks() - before).isBetween(1L, passed.toMillis() / 200 + 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bench", "0000000000000000' or true", "0000000000000000000", "ABCDEF0123456789"})
    void verify_kidThatCanBeNone_isNotLookedFor(String kid) {
        var tokens = database.tokens(clock);
        var token = withKid(kid, issue(tokens));
        var before = looks();

        assertBad(tokens, token);

        assertThat(looks()).isEqualTo(before);
    }

    @Test
    void verify_unknownKidAgain_isNotLookedForAgain() {
        var tokens = database.tokens(clock);
        var token = withKid("0123456789abcdef", issue(tokens));
        assertBad(tokens, token);
        clock.advance(Duration.ofSeconds(1));
        var before = looks();

        assertBad(tokens, token);

        assertThat(looks()).isEqualTo(before);
    }

    @Test
    void verify_tokenOfTheOtherServer_isGood() {
        assertGood(database.tokens(clock), issue(database.tokens(clock)));
    }

    @Test
    void verify_tokenOfARotatedKey_isGoodUntilItExpires() {
        var keys = database.signingKeys(clock);
        var tokens = database.tokens(keys, clock);
        issue(tokens);
        clock.advance(ROTATION.minus(MOMENT));
        var token = issue(tokens);
        keepUp(keys);

        clock.advance(TTL.minus(MOMENT));
        assertThat(kidOf(issue(tokens))).isNotEqualTo(kidOf(token));
        assertGood(tokens, token);
        assertGood(database.tokens(clock), token);

        clock.advance(MOMENT.plusSeconds(10));
        assertBad(tokens, token);
    }

    /// A cookie lives as long as a session may be idle: here that is the longest.
    @Test
    void verifyCookie_lastOfARotatedKey_isGoodUntilItExpires() {
        var keys = database.signingKeys(clock);
        var tokens = database.tokens(keys, clock);
        issue(tokens);
        clock.advance(ROTATION.minus(MOMENT));
        keepUp(keys);
        clock.advance(SigningKeys.NOTICE.minus(MOMENT));
        var cookie = Objects.requireNonNull(tokens.issueCookie(WHO).block());

        clock.advance(COOKIE_TTL.minus(MOMENT));
        keepUp(keys);

        assertThat(kidOf(issue(tokens))).isNotEqualTo(kidOf(cookie));
        tokens.verifyCookie(cookie).as(StepVerifier::create).expectNext(WHO).verifyComplete();
    }

    @Test
    void keepUp_keyThatNoLiveTokenCanHave_isDeleted() {
        var keys = database.signingKeys(clock);
        var old = kid(keys);
        passRotation(keys);
        var young = kid(keys);
        clock.advance(COOKIE_TTL.plus(A_WHILE));

        keepUp(keys);

        assertThat(keys.inMemory(old)).isEmpty();
        assertThat(kid(keys)).isEqualTo(young);
        assertThat(keysKept()).isEqualTo(1);
    }

    @Test
    void keepUp_afterAYearOfSilence_hasANewKeyAMinuteLater() {
        var keys = database.signingKeys(clock);
        var old = kid(keys);

        clock.advance(Duration.ofDays(365));
        keepUp(keys);
        assertThat(kid(keys)).isEqualTo(old);
        clock.advance(SigningKeys.NOTICE);

        assertThat(kid(keys)).isNotEqualTo(old);
    }

    /// The server's memory is kept up in the background; should that fail, it is not trusted for ever.
    @Test
    void current_memoryOlderThanAMinute_isReadAnew() {
        var keys = database.signingKeys(clock);
        var tokens = database.tokens(keys, clock);
        var token = issue(tokens);
        database.execute("select revoke_signing_keys()");
        assertGood(tokens, token);

        clock.advance(SigningKeys.NOTICE.plus(MOMENT));

        assertBad(tokens, token);
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

    /// A token for one purpose is good for no other, although the same keys sign it.
    @Test
    void verify_otherAudience_isNotAuthenticated() {
        var tokens = database.tokens(clock);
        var cookie = Objects.requireNonNull(tokens.issueCookie(WHO).block());

        assertBad(tokens, cookie);
        assertThat(claims(issue(tokens)).path("iss").stringValue()).isEqualTo("koine");
        assertThat(claims(issue(tokens)).path("aud").toString()).isEqualTo("[\"koine/api\"]");
        assertThat(claims(cookie).path("aud").toString()).isEqualTo("[\"koine/cookie\"]");
    }

    @Test
    void issue_manyAtOnce_areAllGood() {
        var tokens = database.tokens(clock);

        IntStream.range(0, 8).parallel().forEach(_ -> assertGood(tokens, issue(tokens)));

        assertThat(keysKept()).isEqualTo(1);
    }

    private void passRotation(SigningKeys keys) {
        clock.advance(ROTATION.minus(SigningKeys.NOTICE));
        keepUp(keys);
        clock.advance(SigningKeys.NOTICE);
    }

    /// As the service does every ten seconds.
    private static void keepUp(SigningKeys keys) {
        keys.keepUp().as(StepVerifier::create).verifyComplete();
    }

    private long looks() {
        return database.looked().get();
    }

    private long keysKept() {
        return database.count("select count(*) from signing_key");
    }

    private static Keyring.Key signer(SigningKeys keys) {
        return keys.signer().blockOptional().orElseThrow();
    }

    private static String kid(SigningKeys keys) {
        return signer(keys).kid();
    }

    private static String issue(AccessTokens tokens) {
        return tokens.issue(WHO).blockOptional().orElseThrow().value();
    }

    private static String kidOf(String token) {
        return part(token, 0).path("kid").stringValue();
    }

    private static JsonNode claims(String token) {
        return part(token, 1);
    }

    private static JsonNode part(String token, int part) {
        var bytes = Base64.getUrlDecoder().decode(token.split("\\.", -1)[part]);
        return JsonMapper.shared().readTree(new String(bytes, StandardCharsets.UTF_8));
    }

    /// The token with another `kid` in its header; its signature is none any more.
    private static String withKid(String kid, String token) {
        var header = ((ObjectNode) part(token, 0)).put("kid", kid).toString();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8))
                + token.substring(token.indexOf('.'));
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
