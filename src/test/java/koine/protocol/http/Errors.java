package koine.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import koine.testing.Api.Answer;

/// The form that every error of the native HTTP API has.
final class Errors {

    private Errors() {}

    /// The answer is this error in exactly the documented form, and has something to read for a human.
    ///
    /// @param fields those named as at fault; without any there is no `errors` at all
    static void assertRefused(Answer answer, int status, String code, String... fields) {
        var body = answer.body();
        var details = body.path("details");
        assertThat(answer.status()).as(body.toString()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(body.propertyNames()).containsExactly("status_code", "details");
        assertThat(body.path("status_code").isIntegralNumber()).isTrue();
        assertThat(body.path("status_code").intValue()).isEqualTo(status);
        assertThat(details.path("code").stringValue()).as(body.toString()).isEqualTo(code);
        assertThat(details.path("message").stringValue()).isNotBlank();
        assertFields(answer, List.of(fields));
    }

    private static void assertFields(Answer answer, List<String> fields) {
        var details = answer.body().path("details");
        var errors = details.path("errors");
        assertThat(details.has("errors")).as(details.toString()).isEqualTo(!fields.isEmpty());
        assertThat(errors.propertyNames()).as(details.toString()).containsExactlyInAnyOrderElementsOf(fields);
        errors.forEach(problem -> assertThat(problem.stringValue()).isNotBlank());
    }
}
