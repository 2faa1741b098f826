package koine.protocol.http;

import static koine.protocol.http.Errors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.StreamSupport;
import koine.testing.Api;
import koine.testing.Api.Answer;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.KoineTest;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// What one shows of oneself, and how others are found.
@KoineTest
class ProfileTest {

    @LocalServerPort
    private int port;

    @Autowired
    private BeanFactory service;

    private Api api;
    private People people;
    private User ada;
    private User bob;

    @BeforeEach
    void adaAndBob() {
        api = new Api(port);
        people = new People(service);
        ada = people.one("ada");
        bob = people.one("bob");
    }

    @Test
    void phone_new_isShownToItsOwnerOnly() {
        var phone = number();

        assertThat(changePhone(ada, phone).ok().toString()).isEqualTo("{\"success\":true}");

        assertThat(api.get("/user/me", ada.token()).ok().path("phone").stringValue())
                .isEqualTo(phone);
        assertThat(api.get("/user/" + ada.id(), bob.token()).ok().toString()).doesNotContain(phone);
    }

    @Test
    void phone_ofSomebodyElse_isAConflict() {
        var phone = number();
        changePhone(ada, phone).ok();

        assertRefused(changePhone(bob, phone), 409, "CONFLICT", "phone");

        changePhone(ada, phone).ok();
        assertThat(api.get("/user/me", bob.token()).ok().path("phone").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "123456789", "12345678901", "12345 7890", "+123456789", "١٢٣٤٥٦٧٨٩٠", "123456789\n"})
    void phone_notTenDigits_isInvalid(String phone) {
        assertRefused(changePhone(ada, phone), 400, "INVALID_REQUEST", "phone");
        assertRefused(register("carl-" + System.nanoTime(), phone), 400, "INVALID_REQUEST", "phone");
    }

    @Test
    void phone_leftOut_isInvalid() {
        assertRefused(
                api.call("PATCH", "/user/phone", ada.token(), Map.of(), Map.of()), 400, "INVALID_REQUEST", "phone");
    }

    @Test
    void register_withAPhone_hasIt() {
        var phone = number();
        var name = "carl-" + System.nanoTime();

        var token = register(name, phone).ok().path("access_token").stringValue();

        assertThat(api.get("/user/me", token).ok().path("phone").stringValue()).isEqualTo(phone);
        assertRefused(register(name + "x", phone), 409, "CONFLICT", "phone");
        assertRefused(register(name, phone), 400, "USER_EXISTS", "username");
    }

    @Test
    void find_somebody_showsTheirProfileAndWhetherTheyAreThere() {
        api.call("PATCH", "/user/bio", bob.token(), Map.of("bio", "Can we fix it?"), Map.of())
                .ok();

        var before = api.get("/user/" + bob.id(), ada.token()).ok();
        assertThat(before.propertyNames()).containsExactly("id", "username", "bio", "online", "last_active");
        assertThat(before.path("id").longValue()).isEqualTo(bob.id());
        assertThat(before.path("username").stringValue()).isEqualTo(bob.username());
        assertThat(before.path("bio").stringValue()).isEqualTo("Can we fix it?");
        assertThat(before.path("online").booleanValue()).isFalse();
        assertThat(before.path("last_active").isNull()).isTrue();

        try (var socket = EventClient.open(port, bob.token())) {
            socket.await("hello");
            await().until(() -> api.get("/user/" + bob.id(), ada.token())
                    .ok()
                    .path("online")
                    .booleanValue());
            assertThat(api.get("/user/" + bob.id(), ada.token())
                            .ok()
                            .path("last_active")
                            .stringValue())
                    .isNotBlank();
        }
    }

    @Test
    void find_nobody_doesNotExist() {
        assertRefused(api.get("/user/999999999", ada.token()), 404, "USER_DOES_NOT_EXIST");
        assertRefused(api.get("/user/nobody", ada.token()), 400, "INVALID_REQUEST", "id");
        assertRefused(api.get("/user/" + bob.id(), null), 401, "NOT_AUTHENTICATED");
    }

    @Test
    void search_byTheBeginning_comesBeforeWhatIsAlike() {
        var stem = "zq" + System.nanoTime();
        var names = List.of(stem + "-b", stem + "-a", "x" + stem);
        names.forEach(name -> register(name, null).ok());

        var found = search(ada, stem.toUpperCase(Locale.ROOT), "");

        assertThat(found).containsExactly(stem + "-a", stem + "-b", "x" + stem);
        assertThat(search(ada, stem, "&limit=2")).containsExactly(stem + "-a", stem + "-b");
        assertThat(search(ada, stem + "-A", "&limit=1")).containsExactly(stem + "-a");
    }

    @Test
    void search_withATypingMistake_findsWhatIsMeant() {
        var name = "Rumpelstilzchen" + ThreadLocalRandom.current().nextInt(1000);
        register(name, null);

        assertThat(search(ada, "rumpelstielzchen", "")).contains(name);
    }

    @Test
    void search_oneself_findsNobody() {
        assertThat(search(ada, ada.username(), "")).doesNotContain(ada.username());
        assertThat(search(bob, ada.username(), "")).first().isEqualTo(ada.username());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%25", "_", "%5C", "%27%3B--", "%E2%98%83"})
    void search_marksOfPatterns_areTakenAsTheyStand(String q) {
        assertThat(api.get("/user/search?q=" + q, ada.token())
                        .ok()
                        .path("users")
                        .size())
                .isZero();
    }

    @Test
    void search_unusable_isInvalid() {
        assertRefused(api.get("/user/search", ada.token()), 400, "INVALID_REQUEST", "q");
        assertRefused(api.get("/user/search?q=", ada.token()), 400, "INVALID_REQUEST", "q");
        assertRefused(api.get("/user/search?q=" + "x".repeat(65), ada.token()), 400, "INVALID_REQUEST", "q");
        assertRefused(api.get("/user/search?q=x&limit=0", ada.token()), 400, "INVALID_REQUEST", "limit");
        assertRefused(api.get("/user/search?q=x", null), 401, "NOT_AUTHENTICATED");
    }

    private List<String> search(User who, String q, String more) {
        var users = api.get("/user/search?q=" + q + more, who.token()).ok().path("users");
        return StreamSupport.stream(users.spliterator(), false)
                .map(ProfileTest::username)
                .toList();
    }

    private static String username(JsonNode user) {
        assertThat(user.propertyNames()).containsExactly("id", "username");
        return user.path("username").stringValue();
    }

    private Answer changePhone(User user, String phone) {
        return api.call("PATCH", "/user/phone", user.token(), Map.of("phone", phone), Map.of());
    }

    private Answer register(String name, @Nullable String phone) {
        return api.post(
                "/register",
                null,
                phone == null
                        ? Map.of("username", name, "password", "secret")
                        : Map.of("username", name, "password", "secret", "phone", phone));
    }

    private static String number() {
        return "%010d".formatted(ThreadLocalRandom.current().nextLong(10_000_000_000L));
    }
}
