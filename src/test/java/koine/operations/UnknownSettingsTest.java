package koine.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import koine.testing.QuickTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

@QuickTest
@ExtendWith(OutputCaptureExtension.class)
class UnknownSettingsTest {

    @Autowired
    private UnknownSettings here;

    @Test
    void unknown_whatTheTestsThemselvesSet_isAllKnown() {
        assertThat(here.unknown()).isEmpty();
    }

    @Test
    void unknown_howeverAKnownNameIsWritten_isEmpty() {
        var environment = environment(
                Map.of(
                        "koine.message.max-length", 5,
                        "koine.message.maxWait", "1s",
                        "koine.message.max_batch", 5,
                        "koine.web.allowed-origins[0]", "https://chat.example.org",
                        "koine.cluster.bus", "local",
                        "spring.r2dbc.url", ""),
                Map.of(
                        "KOINE_LIMITS_PERACCOUNT_SENDS", "1/1m",
                        "KOINE_LIMITS_PER_ACCOUNT_SENDS", "1/1m",
                        "KOINE_WEB_ALLOWEDORIGINS_1", "https://chat.example.org",
                        "KOINE_SERVICE_HOST", "10.0.0.1",
                        "KOINE_PORT_8080_TCP_ADDR", "10.0.0.1"));

        assertThat(new UnknownSettings(environment).unknown()).isEmpty();
    }

    @Test
    void warn_mistypedNames_namesThemAndNotWhatTheySay(CapturedOutput output) {
        var environment = environment(
                Map.of("koine.mesage.max-length", "a-value", "koine.limits", "a-value", "koine.data-dir2", "a-value"),
                Map.of("KOINE_AUTH_MASTERKEYS", "a-value", "koine.auth.master.key", "a-value"));
        var settings = new UnknownSettings(environment);

        settings.warn();

        assertThat(settings.unknown())
                .containsExactly(
                        "KOINE_AUTH_MASTERKEYS",
                        "koine.auth.master.key",
                        "koine.data-dir2",
                        "koine.limits",
                        "koine.mesage.max-length");
        assertThat(output)
                .contains("KOINE_AUTH_MASTERKEYS is set, and there is no such setting")
                .contains("koine.mesage.max-length is set, and there is no such setting")
                .doesNotContain("a-value");
    }

    private static StandardEnvironment environment(Map<String, Object> given, Map<String, Object> variables) {
        var environment = new StandardEnvironment();
        var sources = environment.getPropertySources();
        sources.forEach(source -> sources.remove(source.getName()));
        sources.addLast(new MapPropertySource("command line", given));
        sources.addLast(new SystemEnvironmentPropertySource("environment", variables));
        return environment;
    }
}
