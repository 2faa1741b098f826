package koine.operations;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/// Settings that follow from others. Whoever sets them in any way wins.
///
/// Metrics have a port of their own, since nobody outside is to read them. If it is not set and the usual one is
/// taken, by another server on the same machine say, any free one will do: the service says at its start which.
class OperationsDefaults implements EnvironmentPostProcessor, Ordered {

    static final String MANAGEMENT_PORT = "management.server.port";
    private static final String SERVER_PORT = "server.port";
    private static final int USUAL_PORT = 9464;

    /// What Spring Boot would set up for traces.
    private static final String TRACING = String.join(
            ",",
            "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.autoconfigure.NoopTracerAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration",
            "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration",
            "org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration");

    /// After the configuration's files have been read.
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        refuseOnePortForBoth(environment);
        var defaults = new HashMap<String, Object>();
        if (environment.getProperty(MANAGEMENT_PORT) == null) {
            defaults.put(MANAGEMENT_PORT, isFree(USUAL_PORT, environment) ? USUAL_PORT : 0);
        }
        defaults.putAll(tracing(environment));
        environment.getPropertySources().addLast(new MapPropertySource("koineOperations", defaults));
    }

    /// What is for operators would stand open to everybody.
    private static void refuseOnePortForBoth(ConfigurableEnvironment environment) {
        var management = environment.getProperty(MANAGEMENT_PORT);
        var server = environment.getProperty(SERVER_PORT, "8080");
        if (management != null && !management.equals("0") && Objects.equals(management, server)) {
            throw new WrongSetting("%s must not be the port of the service itself (%s): metrics are for operators only."
                    .formatted(MANAGEMENT_PORT, server));
        }
    }

    private static boolean isFree(int port, ConfigurableEnvironment environment) {
        if (Integer.toString(port).equals(environment.getProperty(SERVER_PORT))) {
            return false;
        }
        try (var _ = new ServerSocket(port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Without somewhere to send traces to, none are made: what would make them is switched off altogether, and
    /// the context of a trace is not carried from thread to thread.
    private static Map<String, Object> tracing(ConfigurableEnvironment environment) {
        var endpoint = environment.getProperty("koine.tracing.endpoint", "");
        return StringUtils.hasText(endpoint)
                ? Map.of(
                        "management.opentelemetry.tracing.export.otlp.endpoint", endpoint,
                        "management.tracing.sampling.probability", "${koine.tracing.sampled:0.1}",
                        "spring.reactor.context-propagation", "auto")
                : Map.of("management.tracing.export.enabled", false, "spring.autoconfigure.exclude", TRACING);
    }
}
