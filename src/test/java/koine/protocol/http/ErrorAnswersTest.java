package koine.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.ProtocolErrors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;
import org.springframework.mock.web.server.MockServerWebExchange;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// The form of every error, also of those that are hard to bring about from outside.
class ErrorAnswersTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final ErrorAnswers answers = new ErrorAnswers(JSON, new ProtocolErrors(new SimpleMeterRegistry()));

    @ParameterizedTest
    @CsvSource({
        "400, USER_EXISTS",
        "400, WRONG_CREDENTIALS",
        "400, USER_NOT_EXISTS",
        "400, CHAT_WITH_YOURSELF",
        "400, INVALID_REQUEST",
        "401, NOT_AUTHENTICATED",
        "403, CHAT_EXISTS",
        "403, NOT_THE_OWNER",
        "403, FORBIDDEN",
        "404, CHAT_DOES_NOT_EXIST",
        "404, MESSAGE_DOES_NOT_EXIST",
        "404, USER_DOES_NOT_EXIST",
        "409, CONFLICT",
        "413, TOO_LARGE",
        "429, TOO_MANY_REQUESTS",
        "503, UNAVAILABLE"
    })
    void handle_publishedCode_hasItsStatus(int status, ErrorCode code) {
        var response = handle(new Refused(code, "why"));

        assertThat(statusOf(response)).isEqualTo(status);
        assertThat(body(response)).isEqualTo(JSON.readTree("""
                        {"status_code": %d, "details": {"code": "%s", "message": "why"}}
                        """.formatted(status, code)));
    }

    @ParameterizedTest
    @EnumSource
    void handle_anyCode_hasTheHeadersOfItsStatusAndNoOthers(ErrorCode code) {
        var response = handle(new Refused(code, "why"));

        var status = statusOf(response);
        assertThat(response.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE)).isEqualTo("application/json");
        assertThat(response.getHeaders().getFirst(HttpHeaders.WWW_AUTHENTICATE))
                .isEqualTo(status == 401 ? "Bearer" : null);
        assertThat(response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER))
                .isEqualTo(status == 429 || status == 503 ? "1" : null);
        assertThat(body(response).path("status_code").intValue()).isEqualTo(status);
    }

    @Test
    void handle_fieldsAtFault_areNamed() {
        var refused =
                new Refused(ErrorCode.USER_EXISTS, "why", Map.of("username", "is taken", "email", "is taken too"));

        assertThat(body(handle(refused)).path("details").path("errors"))
                .isEqualTo(JSON.readTree("{\"username\":\"is taken\",\"email\":\"is taken too\"}"));
    }

    @Test
    void handle_aFault_isHiddenFromTheClient() {
        var response = handle(new IllegalStateException("the password of the database is 1234"));

        assertThat(statusOf(response)).isEqualTo(500);
        assertThat(body(response).path("details").path("code").stringValue()).isEqualTo("INTERNAL_ERROR");
        assertThat(body(response).toString()).doesNotContain("1234", "IllegalState", "password");
    }

    @Test
    void handle_databaseAway_isUnavailable() {
        var response = handle(new DataAccessResourceFailureException("connection refused by 10.0.0.1"));

        assertThat(statusOf(response)).isEqualTo(503);
        assertThat(body(response).path("details").path("code").stringValue()).isEqualTo("UNAVAILABLE");
        assertThat(body(response).toString()).doesNotContain("10.0.0.1");
    }

    private MockServerHttpResponse handle(Throwable problem) {
        var exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/user/me"));
        answers.handle(exchange, problem).block();
        return exchange.getResponse();
    }

    private static int statusOf(MockServerHttpResponse response) {
        var status = response.getStatusCode();
        return status == null ? 0 : status.value();
    }

    private static JsonNode body(MockServerHttpResponse response) {
        return JSON.readTree(response.getBodyAsString().blockOptional().orElseThrow());
    }
}
