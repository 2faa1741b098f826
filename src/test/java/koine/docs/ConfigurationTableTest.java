package koine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import koine.Koine;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// The README's table of settings, and that of limits, against what the compiler wrote down about the configuration's
/// records.
class ConfigurationTableTest {

    /// Read by a condition, before there are records.
    private static final Map<String, String> CONDITIONS = Map.of("koine.cluster.bus", "postgres");

    private static final String LIMITS = "koine.limits.";

    /// Stands on both pages.
    private static final String SWITCH = "koine.limits.enabled";

    @Test
    void readme_settings_areThoseOfTheCodeWithTheirDefaults() throws Exception {
        var listed = listed(Page.read("README.md").between("## Configuration", "## Read on"));

        assertThat(listed).containsExactlyInAnyOrderEntriesOf(settings(name -> !isLimit(name) || name.equals(SWITCH)));
    }

    @Test
    void limits_areThoseOfTheCodeWithTheirDefaults() throws Exception {
        var listed = listed(Page.read("docs/limits.md"));

        assertThat(listed).containsAllEntriesOf(settings(ConfigurationTableTest::isLimit));
        assertThat(settings(_ -> true)).containsAllEntriesOf(listed);
    }

    private static boolean isLimit(String name) {
        return name.startsWith(LIMITS);
    }

    private static Map<String, String> listed(Page page) {
        return page.rows()
                .filter(row -> row.getFirst().startsWith("koine."))
                .collect(Collectors.toMap(row -> row.get(0), row -> row.get(1)));
    }

    private static Map<String, String> settings(Predicate<String> wanted) throws URISyntaxException {
        var classes = Path.of(
                Koine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        var settings = new HashMap<>(CONDITIONS);
        JsonMapper.shared()
                .readTree(classes.resolve("META-INF/spring-configuration-metadata.json"))
                .path("properties")
                .forEach(property -> settings.put(
                        property.path("name").stringValue(),
                        property.path("defaultValue").asString()));
        settings.keySet().removeIf(wanted.negate());
        return settings;
    }
}
