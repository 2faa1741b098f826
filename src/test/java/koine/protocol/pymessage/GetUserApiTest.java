package koine.protocol.pymessage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import koine.testing.Api;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

@KoineTest
class GetUserApiTest {

    @LocalServerPort
    private int port;

    @Autowired
    private BeanFactory service;

    @Test
    void user_known_isTheUsernameAndNothingElse() {
        var ann = new People(service).one("ann");

        assertThat(api().get("/get_user?id=" + ann.id(), null).ok())
                .hasToString("{\"user\":{\"username\":\"" + ann.username() + "\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999", "0", "-1", "99999999999999999999"})
    void user_unknown_isNotFound(String id) {
        var answer = api().get("/get_user?id=" + id, null);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).hasToString("{\"error\":\"user not found\"}");
    }

    @Test
    void user_erased_isNotFound() {
        var gone = new People(service).oneWithPassword("gone");
        api().call("DELETE", "/user/me", gone.token(), Map.of("password", People.PASSWORD), Map.of())
                .ok();

        assertThat(api().get("/get_user?id=" + gone.id(), null).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/get_user", "/get_user?id=", "/get_user?id=ann", "/get_user?id=1.0", "/get_user?id=%D9%A1"})
    void user_idIsNoInteger_isRefused(String path) {
        var answer = api().get(path, null);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).hasToString("{\"error\":\"id must be an integer\"}");
    }

    private Api api() {
        return new Api(port);
    }
}
