package koine.protocol.http;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.ApiVersion;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.ReactiveHealthEndpointWebExtension;
import org.springframework.boot.health.contributor.Status;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Whether the service is well, for whoever sends people to it: the word alone. Everything else that an operator
/// wants to know is answered on the port for that.
@RestController
class HealthApi {

    private final ReactiveHealthEndpointWebExtension health;

    HealthApi(ReactiveHealthEndpointWebExtension health) {
        this.health = health;
    }

    /// @param status `UP`, or what keeps it from being that
    record Health(String status) {

        static Health of(@Nullable HealthDescriptor known) {
            return new Health((known == null ? Status.UNKNOWN : known.getStatus()).getCode());
        }
    }

    /// Whether it has what it needs, its database above all.
    @GetMapping("/actuator/health")
    Mono<ResponseEntity<Health>> health() {
        return answer();
    }

    /// Whether it should be left running.
    @GetMapping("/actuator/health/liveness")
    Mono<ResponseEntity<Health>> liveness() {
        return answer("liveness");
    }

    /// Whether it should be sent requests.
    @GetMapping("/actuator/health/readiness")
    Mono<ResponseEntity<Health>> readiness() {
        return answer("readiness");
    }

    private Mono<ResponseEntity<Health>> answer(String... group) {
        return health.health(ApiVersion.V3, WebServerNamespace.SERVER, SecurityContext.NONE, group)
                .map(answer -> ResponseEntity.status(answer.getStatus()).body(Health.of(answer.getBody())));
    }
}
