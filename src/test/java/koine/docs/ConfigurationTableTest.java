package koine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import koine.Koine;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// The README's table of settings against what the compiler wrote down about the configuration's records.
class ConfigurationTableTest {

    /// Read by a condition, before there are records.
    private static final Map<String, String> CONDITIONS = Map.of("koine.cluster.bus", "postgres");

    @Test
    void readme_settings_areThoseOfTheCodeWithTheirDefaults() throws Exception {
        var listed = Page.read("README.md")
                .between("## Configuration", "## Read on")
                .rows()
                .filter(row -> row.getFirst().startsWith("koine."))
                .collect(Collectors.toMap(row -> row.get(0), row -> row.get(1)));

        assertThat(listed).containsExactlyInAnyOrderEntriesOf(settings());
    }

    private static Map<String, String> settings() throws URISyntaxException {
        var classes = Path.of(
                Koine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        var settings = new HashMap<>(CONDITIONS);
        JsonMapper.shared()
                .readTree(classes.resolve("META-INF/spring-configuration-metadata.json"))
                .path("properties")
                .forEach(property -> settings.put(
                        property.path("name").stringValue(),
                        property.path("defaultValue").asString()));
        return settings;
    }
}
