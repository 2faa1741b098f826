package koine.protocol;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedException;
import org.springframework.web.server.ResponseStatusException;
import tools.jackson.core.JacksonException;

/// What any problem with an HTTP call means to a client: as [Refusals], and what the framework refuses by itself.
public final class HttpRefusals {

    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private HttpRefusals() {}

    /// The refusal to answer with.
    public static Refused of(Throwable problem) {
        return fromFramework(problem).orElseGet(() -> Refusals.of(problem));
    }

    /// For how many seconds whoever was refused for the moment should wait; empty for other refusals.
    public static Optional<String> retryAfter(Refused refused) {
        return switch (refused.code()) {
            case TOO_MANY_REQUESTS, UNAVAILABLE ->
                Optional.of(Long.toString(Objects.requireNonNullElse(refused.retryAfter(), A_MOMENT)
                        .toSeconds()));
            default -> Optional.empty();
        };
    }

    private static Optional<Refused> fromFramework(Throwable problem) {
        if (isCausedBy(DataBufferLimitException.class, problem)) {
            return refused(ErrorCode.TOO_LARGE, "the body is too large");
        }
        return switch (problem) {
            case ResponseStatusException refused ->
                fromStatus(refused.getStatusCode().value(), problem);
            case DecodingException _, ServerExchangeRejectedException _ -> Optional.of(malformed(problem));
            default -> Optional.empty();
        };
    }

    private static Optional<Refused> fromStatus(int status, Throwable problem) {
        return switch (status) {
            case 400 -> Optional.of(malformed(problem));
            case 404 -> refused(ErrorCode.NOT_FOUND, "there is nothing at this path");
            case 405 -> refused(ErrorCode.METHOD_NOT_ALLOWED, "this path does not take this method");
            case 406 -> refused(ErrorCode.NOT_ACCEPTABLE, "the answer is application/json");
            case 413 -> refused(ErrorCode.TOO_LARGE, "the body is too large");
            case 415 -> refused(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "the body must be application/json");
            default -> Optional.empty();
        };
    }

    private static Optional<Refused> refused(ErrorCode code, String detail) {
        return Optional.of(new Refused(code, detail));
    }

    private static Refused malformed(Throwable problem) {
        return fieldAtFault(problem)
                .map(field -> Refused.invalid(field, "is malformed, or has the wrong type"))
                .orElseGet(() -> new Refused(ErrorCode.INVALID_REQUEST, "the request is malformed"));
    }

    /// The outermost field whose value could not be read.
    private static Optional<String> fieldAtFault(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof JacksonException unreadable) {
                return unreadable.getPath().stream()
                        .map(JacksonException.Reference::getPropertyName)
                        .filter(Objects::nonNull)
                        .findFirst();
            }
        }
        return Optional.empty();
    }

    private static boolean isCausedBy(Class<? extends Throwable> type, Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
