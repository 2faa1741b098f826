package koine.operations;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/// Prints one sentence that names the setting in place of a stack trace, when a setting is why the service does not
/// start. Comes before Spring Boot's own, which say the same in more lines.
@Order(Ordered.HIGHEST_PRECEDENCE)
class WrongSettingAnalyzer implements FailureAnalyzer {

    private final Environment environment;

    WrongSettingAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var sentence = sentence(cause);
            if (sentence.isPresent()) {
                return new FailureAnalysis(sentence.get(), null, cause);
            }
        }
        return null;
    }

    private Optional<String> sentence(Throwable cause) {
        return switch (cause) {
            case WrongSetting wrong -> Optional.ofNullable(wrong.getMessage());
            case BindException unreadable when !isOutOfRange(unreadable) -> Optional.of(unreadable(unreadable));
            case BindValidationException outOfRange -> Optional.of(outOfRange(outOfRange));
            case PortInUseException taken -> Optional.of(taken(taken.getPort()));
            default -> Optional.empty();
        };
    }

    private static boolean isOutOfRange(BindException problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindValidationException) {
                return true;
            }
        }
        return false;
    }

    private static String unreadable(BindException problem) {
        var type = problem.getTarget().getType().resolve(Object.class);
        var property = problem.getProperty();
        return "%s%s is not %s: change it, or leave it out for its default."
                .formatted(
                        problem.getName(),
                        property == null ? "" : shown(problem.getName().toString(), property.getValue()),
                        words(type));
    }

    private static String outOfRange(BindValidationException problem) {
        var errors = problem.getValidationErrors();
        return errors.getAllErrors().stream()
                .map(error -> outOfRange(errors.getName() + "." + field(error), error))
                .collect(Collectors.joining(" "));
    }

    private static String outOfRange(String name, ObjectError error) {
        var value = error instanceof FieldError field ? shown(name, field.getRejectedValue()) : "";
        return "%s%s %s: change it, or leave it out for its default.".formatted(name, value, error.getDefaultMessage());
    }

    private static String field(ObjectError error) {
        var name = error instanceof FieldError field ? field.getField() : error.getObjectName();
        return name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /// What could be a secret is not repeated.
    private static String shown(String name, @Nullable Object value) {
        return value == null || name.matches(".*(password|secret|token|key|url).*") ? "" : " ('" + value + "')";
    }

    private static String words(Class<?> type) {
        if (type == Duration.class) {
            return "a time such as 30s or 15m";
        }
        if (type == DataSize.class) {
            return "a size such as 64KB or 25MB";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == Path.class || type == File.class) {
            return "a path";
        }
        return type.isPrimitive() || Number.class.isAssignableFrom(type) ? "a number" : "what it should be";
    }

    private String taken(int port) {
        var management = Integer.toString(port).equals(environment.getProperty(OperationsDefaults.MANAGEMENT_PORT));
        return "Port %d is taken by another program: set %s to another one."
                .formatted(port, management ? OperationsDefaults.MANAGEMENT_PORT : "server.port");
    }
}
