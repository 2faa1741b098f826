package koine.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import koine.kernel.SessionId;
import koine.testing.MutableClock;
import koine.testing.ServiceProcess;
import koine.testing.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/// What stands in the database of the keys that sign, and who can read it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MasterKeyTest {

    private static final SignedIn WHO = new SignedIn(new AccountId(7), new SessionId(8));
    private static final String ONE = base64("one master key, of exactly 32 by");
    private static final String OTHER = base64("another master key, also 32 byte");

    private AuthDatabase database;
    private TestDatabase location;
    private MutableClock clock;

    @BeforeAll
    void createDatabase() {
        location = TestDatabase.fresh();
        database = AuthDatabase.on(location);
    }

    @BeforeEach
    void forgetKeys() {
        database.execute("delete from signing_key");
        clock = new MutableClock(Instant.parse("2026-03-01T10:00:00Z"));
    }

    @Test
    void signer_withAMasterKey_isEncryptedInTheDatabase() {
        var keys = keys(ONE, null);

        var secret = signer(keys).secret().getEncoded();

        assertThat(stored()).hasSize(12 + 32 + 16);
        assertThat(hex(stored())).doesNotContain(hex(secret));
        assertThat(wrapped()).isEqualTo(1);
        assertThat(signer(keys(ONE, null)).secret().getEncoded()).isEqualTo(secret);
    }

    @Test
    void signer_withoutAMasterKey_isKeptAsItIs() {
        assertThat(signer(keys(null, null)).secret().getEncoded()).isEqualTo(stored());
    }

    @Test
    void keepUp_keysFromBeforeThereWasAMasterKey_areEncryptedAndStayGood() {
        var before = database.tokens(keys(null, null), clock);
        var token = token(before);
        var plain = stored();
        var keys = keys(ONE, null);

        keepUp(keys);

        assertThat(hex(stored())).doesNotContain(hex(plain));
        assertThat(wrapped()).isEqualTo(1);
        database.tokens(keys, clock)
                .verify(token)
                .as(StepVerifier::create)
                .expectNext(WHO)
                .verifyComplete();
    }

    @Test
    void keepUp_withAFormerMasterKey_encryptsAnewByTheNewOne() {
        var secret = signer(keys(ONE, null)).secret();

        keepUp(keys(OTHER, ONE));

        assertThat(signer(keys(OTHER, null)).secret()).isEqualTo(secret);
        assertUnusable(keys(ONE, null), "were encrypted by another key than koine.auth.master-key");
    }

    @Test
    void keepUp_withAnotherMasterKey_isRefusedAndChangesNothing() {
        signer(keys(ONE, null));
        var before = stored();

        assertUnusable(keys(OTHER, null), "were encrypted by another key than koine.auth.master-key");
        assertUnusable(keys(null, null), "are encrypted, and koine.auth.master-key is not set");

        assertThat(stored()).isEqualTo(before);
    }

    /// A server that runs goes on with what it has in memory: so servers are given a master key one by one.
    @Test
    void keepUp_onAServerThatCanNoLongerRead_leavesItWhatItKnows() {
        var keys = keys(null, null);
        var tokens = database.tokens(keys, clock);
        var token = token(tokens);
        keepUp(keys(ONE, null));
        clock.advance(Duration.ofMinutes(5));

        assertUnusable(keys, "is not set");

        tokens.verify(token).as(StepVerifier::create).expectNext(WHO).verifyComplete();
    }

    /// Or who can write the database could have one key taken for another.
    @Test
    void unwrap_underAnotherKid_isRefused() {
        var master = MasterKey.of("test", ONE, AuthDatabase.random());
        var wrapped = master.wrap("0123456789abcdef", new byte[32]);

        assertThat(master.unwrap("0123456789abcdef", wrapped)).hasValue(new byte[32]);
        assertThat(master.unwrap("fedcba9876543210", wrapped)).isEmpty();
    }

    @Test
    void unwrap_changedOrCutOff_isRefused() {
        var master = MasterKey.of("test", ONE, AuthDatabase.random());
        var wrapped = master.wrap("kid", new byte[32]);
        var changed = wrapped.clone();
        changed[20] ^= 1;

        assertThat(master.unwrap("kid", changed)).isEmpty();
        assertThat(master.unwrap("kid", new byte[20])).isEmpty();
        assertThat(master.unwrap("kid", new byte[3])).isEmpty();
        assertThat(master.wrap("kid", new byte[32])).isNotEqualTo(wrapped);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "c2hvcnQ=", "not base64 at all, but long enough for it"})
    void masterKey_thatIsNone_isRefusedWithoutBeingShown(String text) {
        assertThatThrownBy(() -> keys(text, null))
                .isInstanceOf(UnusableSetting.class)
                .hasMessageContaining("koine.auth.master-key must be 32 random bytes in base64")
                .hasMessageNotContaining(text);
    }

    @Test
    void start_withAnotherMasterKey_endsWithOneSentence(@TempDir Path data) {
        signer(keys(ONE, null));

        try (var service = ServiceProcess.launch(data, settings(OTHER))) {
            assertThat(service.awaitExit()).isNotZero();
            assertThat(service.log())
                    .contains(
                            "The signing keys in the database were encrypted by another key than koine.auth.master-key")
                    .doesNotContain("\tat ", ONE, OTHER);
        }
    }

    private String[] settings(String masterKey) {
        return Stream.concat(Stream.of(location.properties()), Stream.of("koine.auth.master-key=" + masterKey))
                .toArray(String[]::new);
    }

    private SigningKeys keys(@Nullable String master, @Nullable String former) {
        return database.signingKeys(clock, new KeyProperties(Duration.ofDays(30), master, former));
    }

    private static void keepUp(SigningKeys keys) {
        keys.keepUp().as(StepVerifier::create).verifyComplete();
    }

    private static void assertUnusable(SigningKeys keys, String why) {
        keys.keepUp()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(problem ->
                        assertThat(problem).isInstanceOf(UnusableSetting.class).hasMessageContaining(why));
    }

    private static Keyring.Key signer(SigningKeys keys) {
        return keys.signer().blockOptional().orElseThrow();
    }

    private static String token(AccessTokens tokens) {
        return tokens.issue(WHO).blockOptional().orElseThrow().value();
    }

    private byte[] stored() {
        return Objects.requireNonNull(database.client()
                .sql("select secret from signing_key")
                .map(row -> {
                    var buffer = Objects.requireNonNull(row.get("secret", ByteBuffer.class));
                    var bytes = new byte[buffer.remaining()];
                    buffer.get(bytes);
                    return bytes;
                })
                .one()
                .block());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private long wrapped() {
        return database.count("select count(*) from signing_key where wrapped");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
