package koine.protocol.phonechat;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import koine.auth.SignedIn;
import koine.kernel.Refused;
import koine.protocol.HttpRefusals;
import koine.protocol.ProtocolErrors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// What all HTTP calls have in common: finding out who asks, reading what they ask for, and telling what went
/// wrong.
@Component
class Calls {

    private final Callers callers;
    private final ProtocolErrors.Tally errors;

    Calls(Callers callers, ProtocolErrors errors) {
        this.callers = callers;
        this.errors = errors.of(PhoneConversation.PROTOCOL);
    }

    Mono<ResponseEntity<Answer>> answer(
            ServerWebExchange exchange, byte @Nullable [] body, BiFunction<SignedIn, Fields, Mono<Answer>> call) {
        var request = exchange.getRequest();
        return Mono.defer(() -> callers.of(request))
                .flatMap(who -> call.apply(who, Fields.of(request, body)))
                .map(ResponseEntity::ok)
                .onErrorResume(problem -> Mono.just(answer(problem)));
    }

    private ResponseEntity<Answer> answer(Throwable problem) {
        if (problem instanceof NotDone known) {
            errors.notUnderstood();
            return answer(known).body(known.answer());
        }
        var refused = HttpRefusals.of(problem);
        errors.note(refused.code());
        return answer(refused);
    }

    private static ResponseEntity<Answer> answer(Refused refused) {
        var notDone = of(refused);
        var answer = answer(notDone);
        HttpRefusals.retryAfter(refused).ifPresent(seconds -> answer.header(HttpHeaders.RETRY_AFTER, seconds));
        return answer.body(notDone.answer());
    }

    private static ResponseEntity.BodyBuilder answer(NotDone notDone) {
        return ResponseEntity.status(notDone.status());
    }

    private static NotDone of(Refused refused) {
        return switch (refused.code()) {
            case USER_NOT_EXISTS,
                    USER_DOES_NOT_EXIST,
                    CHAT_DOES_NOT_EXIST,
                    MESSAGE_DOES_NOT_EXIST,
                    MEDIA_DOES_NOT_EXIST,
                    NOT_FOUND -> NotDone.notFound();
            case NOT_AUTHENTICATED, WRONG_CREDENTIALS -> detail(HttpStatus.UNAUTHORIZED, refused);
            case FORBIDDEN, BLOCKED, NOT_THE_OWNER -> detail(HttpStatus.FORBIDDEN, refused);
            case INVALID_REQUEST, CHAT_WITH_YOURSELF, CONFLICT, USER_EXISTS, CHAT_EXISTS -> invalid(refused);
            case METHOD_NOT_ALLOWED -> detail(HttpStatus.METHOD_NOT_ALLOWED, refused);
            case NOT_ACCEPTABLE -> detail(HttpStatus.NOT_ACCEPTABLE, refused);
            case TOO_LARGE -> detail(HttpStatus.CONTENT_TOO_LARGE, refused);
            case UNSUPPORTED_MEDIA_TYPE -> detail(HttpStatus.UNSUPPORTED_MEDIA_TYPE, refused);
            case TOO_MANY_REQUESTS -> detail(HttpStatus.TOO_MANY_REQUESTS, refused);
            case UNAVAILABLE -> detail(HttpStatus.SERVICE_UNAVAILABLE, refused);
            case INTERNAL_ERROR -> detail(HttpStatus.INTERNAL_SERVER_ERROR, refused);
        };
    }

    private static NotDone detail(HttpStatus status, Refused refused) {
        return new NotDone(status, new Answer.Detail(refused.detail()));
    }

    private static NotDone invalid(Refused refused) {
        Map<String, List<String>> fields = refused.fields().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, field -> List.of(field.getValue())));
        return fields.isEmpty() ? NotDone.error(refused.detail()) : NotDone.error(fields);
    }
}
