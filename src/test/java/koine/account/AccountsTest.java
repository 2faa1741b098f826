package koine.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.testing.KoineTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@KoineTest
class AccountsTest {

    private static final String PASSWORD = "secret";

    @Autowired
    private Accounts accounts;

    @Autowired
    private Registrations registrations;

    @Autowired
    private Credentials credentials;

    @Autowired
    private DatabaseClient database;

    private String name;

    @BeforeEach
    void newName() {
        name = "Straße-" + System.nanoTime();
    }

    @Test
    void register_storesTheNameAsGivenAndAnArgon2idHash() {
        var id = register(name, null);

        var row = Objects.requireNonNull(database.sql("select username, password_hash from account where id = $1")
                .bind("$1", id.value())
                .fetch()
                .one()
                .block());
        assertThat(row).containsEntry("username", name);
        assertThat(row.get("password_hash")).asString().startsWith("$argon2id$").doesNotContain(PASSWORD);
    }

    @Test
    void register_nameTakenInOtherCase_isRefusedWithTheField() {
        register(name, null);

        assertExists(order(name.toUpperCase(Locale.ROOT), null), "username");
    }

    @Test
    void register_emailTakenInOtherCase_isRefusedWithTheField() {
        var email = email();
        register(name, email);

        assertExists(order(name + "x", email.toUpperCase(Locale.ROOT)), "email");
    }

    @Test
    void register_bothTaken_namesBoth() {
        var email = email();
        register(name, email);

        assertExists(order(name, email), "username", "email");
    }

    @Test
    void register_withoutEmail_isPossibleForMany() {
        assertThat(register(name, null)).isNotEqualTo(register(name + "x", null));
    }

    /// All of them pass the first look before any of them is stored.
    @Test
    void register_sameNameAtTheSameTime_oneWinsAndTheOthersAreToldWhy() {
        var orders = IntStream.range(0, 6)
                .mapToObj(i -> order(i % 2 == 0 ? name : name.toUpperCase(Locale.ROOT), null))
                .toList();

        assertOneWins(orders, "username");
        assertThat(count(name)).isEqualTo(1);
    }

    @Test
    void register_sameEmailAtTheSameTime_oneWinsAndTheOthersAreToldWhy() {
        var email = email();
        var orders = IntStream.range(0, 6)
                .mapToObj(i -> order(name + i, i % 2 == 0 ? email : email.toUpperCase(Locale.ROOT)))
                .toList();

        assertOneWins(orders, "email");
    }

    @Test
    void register_whatBelongsToItFails_leavesNoAccount() {
        registrations
                .register(order(name, null), _ -> Mono.error(new IllegalStateException("no session")))
                .as(StepVerifier::create)
                .verifyError(IllegalStateException.class);

        assertThat(count(name)).isZero();
        register(name, null);
    }

    @Test
    void authenticate_byNameOrEmailInAnyCase_isThatAccount() {
        var email = email();
        var id = register(name, email);

        for (var login : List.of(name, name.toUpperCase(Locale.ROOT), email, email.toUpperCase(Locale.ROOT))) {
            assertThat(credentials.authenticate(login, PASSWORD, Mono::just).block())
                    .as(login)
                    .isEqualTo(id);
        }
    }

    @Test
    void authenticate_unknownOrWrong_isWrongCredentialsInTheSameWords() {
        register(name, null);

        var wrong = refusal(credentials.authenticate(name, "wrong", Mono::just));
        var unknown = refusal(credentials.authenticate(name + "x", PASSWORD, Mono::just));
        var unknownEmail = refusal(credentials.authenticate(email(), PASSWORD, Mono::just));

        for (var each : List.of(wrong, unknown, unknownEmail)) {
            assertThat(each.code()).isEqualTo(ErrorCode.WRONG_CREDENTIALS);
            assertThat(each.detail()).isEqualTo(wrong.detail());
            assertThat(each.fields()).isEmpty();
        }
    }

    @Test
    void authenticate_passwordTooShortForANewOne_isMerelyWrong() {
        register(name, null);

        assertThat(refusal(credentials.authenticate(name, "x", Mono::just)).code())
                .isEqualTo(ErrorCode.WRONG_CREDENTIALS);
    }

    @Test
    void find_accountThatIsGone_isNotAuthenticated() {
        assertThat(refusal(accounts.find(new AccountId(Long.MAX_VALUE))).code()).isEqualTo(ErrorCode.NOT_AUTHENTICATED);
        assertThat(refusal(accounts.changeBio(new AccountId(Long.MAX_VALUE), "x"))
                        .code())
                .isEqualTo(ErrorCode.NOT_AUTHENTICATED);
    }

    @Test
    void changeBio_movesUpdatedAtAndNothingElse() {
        var id = register(name, null);
        var before = Objects.requireNonNull(accounts.find(id).block());

        accounts.changeBio(id, "new").block();

        var after = Objects.requireNonNull(accounts.find(id).block());
        assertThat(after.bio()).isEqualTo("new");
        assertThat(after.updatedAt()).isAfter(before.updatedAt());
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
        assertThat(after.username()).isEqualTo(name);
    }

    @Test
    void toString_ofAnOrder_hidesThePassword() {
        assertThat(order(name, null).toString()).contains(name).doesNotContain(PASSWORD);
    }

    private void assertOneWins(List<Register> orders, String field) {
        var refused = Flux.fromIterable(orders)
                .flatMap(
                        order -> registrations
                                .register(order, Mono::just)
                                .then(Mono.<Refused>empty())
                                .onErrorResume(Refused.class, Mono::just),
                        orders.size())
                .collectList()
                .blockOptional()
                .orElseThrow();

        assertThat(refused).hasSize(orders.size() - 1).allSatisfy(each -> {
            assertThat(each.code()).isEqualTo(ErrorCode.USER_EXISTS);
            assertThat(each.fields()).containsOnlyKeys(field);
        });
    }

    private void assertExists(Register order, String... fields) {
        var refused = refusal(registrations.register(order, Mono::just));

        assertThat(refused.code()).isEqualTo(ErrorCode.USER_EXISTS);
        assertThat(refused.fields()).containsOnlyKeys(fields);
    }

    private static Refused refusal(Mono<?> refused) {
        return refused.then(Mono.<Refused>empty())
                .onErrorResume(Refused.class, Mono::just)
                .blockOptional()
                .orElseThrow(() -> new AssertionError("was not refused"));
    }

    private AccountId register(String username, @Nullable String email) {
        return registrations
                .register(order(username, email), Mono::just)
                .blockOptional()
                .orElseThrow();
    }

    private static Register order(String username, @Nullable String email) {
        return new Register(username, email, PASSWORD, null);
    }

    private static String email() {
        return "Anna.%d@Example.com".formatted(System.nanoTime());
    }

    private long count(String username) {
        return database.sql("select count(*) from account where username_key = $1")
                .bind("$1", Names.key(username))
                .mapValue(Long.class)
                .one()
                .blockOptional()
                .orElseThrow();
    }
}
