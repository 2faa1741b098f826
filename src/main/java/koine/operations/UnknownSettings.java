package koine.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.stereotype.Component;

/// Warns of what was set under a name that no setting has. A typing error in `koine.auth.master-key` would otherwise
/// show only when somebody reads the keys out of the database.
///
/// It is no reason not to start: Kubernetes puts variables like `KOINE_SERVICE_HOST` into the environment of each
/// container beside a service named `koine`. Those are not warned of.
@Component
class UnknownSettings {

    private static final Logger log = LoggerFactory.getLogger(UnknownSettings.class);

    private static final Pattern FROM_KUBERNETES = Pattern.compile("KOINE_(SERVICE|PORT)(_.*)?");

    /// What the compiler has gathered of all settings, by which editors complete them; libraries have such a file too.
    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    private final ConfigurableEnvironment environment;

    UnknownSettings(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @EventListener(ApplicationReadyEvent.class)
    void warn() {
        unknown()
                .forEach(name -> log.warn(
                        "{} is set, and there is no such setting: it changes nothing. The README lists those there are.",
                        name));
    }

    /// The names as they were written, wherever that was.
    List<String> unknown() {
        var known = known();
        return environment.getPropertySources().stream()
                .flatMap(source -> source instanceof EnumerablePropertySource<?> names
                        ? Stream.of(names.getPropertyNames())
                        : Stream.empty())
                .filter(UnknownSettings::isOurs)
                .filter(Predicate.not(name -> isAmong(known, name)))
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean isOurs(String name) {
        return name.matches("(?i)koine[._].*") && !FROM_KUBERNETES.matcher(name).matches();
    }

    /// An element of a list has its number behind the name.
    private static boolean isAmong(Set<String> known, String name) {
        var whole = name.replaceFirst("(\\[\\d+]|_\\d+)$", "");
        return known.stream().anyMatch(setting -> isThe(setting, name) || isThe(setting, whole));
    }

    /// A name may be written in several ways. In that of the environment an underscore may stand for a dot.
    private static boolean isThe(String setting, String name) {
        var separators = name.contains(".") ? "[-_]" : "[-_.]";
        return setting.replaceAll(separators, "").equalsIgnoreCase(name.replaceAll(separators, ""));
    }

    private static Set<String> known() {
        try {
            return Collections.list(UnknownSettings.class.getClassLoader().getResources(METADATA)).stream()
                    .flatMap(UnknownSettings::settings)
                    .filter(name -> name.startsWith("koine."))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> settings(URL metadata) {
        try (var json = metadata.openStream()) {
            var text = new String(json.readAllBytes(), StandardCharsets.UTF_8);
            return text.contains("\"koine.")
                    ? settings(JsonParserFactory.getJsonParser().parseMap(text))
                    : Stream.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> settings(Map<String, Object> metadata) {
        var settings = (List<?>) metadata.getOrDefault("properties", List.of());
        return settings.stream().map(setting -> (String) ((Map<?, ?>) setting).get("name"));
    }
}
