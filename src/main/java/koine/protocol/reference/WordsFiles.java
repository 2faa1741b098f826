package koine.protocol.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reads [Words] and [EventWords] from the class path.
final class WordsFiles {

    private static final List<String> CALLS = List.of("fields", "native", "matcha", "phonechat", "pymessage", "uchat");

    private static final List<String> PARTS = List.of("samples", "tags", "fields", "required", "calls");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private WordsFiles() {}

    /// All files of calls as one: each may have some of the parts.
    static Words calls() {
        var parts = new LinkedHashMap<String, Map<String, Object>>();
        PARTS.forEach(part -> parts.put(part, new LinkedHashMap<>()));
        CALLS.stream()
                .map(WordsFiles::read)
                .forEach(file -> file.forEach((part, entries) -> parts.merge(part, entries, WordsFiles::joined)));
        return JSON.convertValue(parts, Words.class);
    }

    static EventWords events() {
        return JSON.convertValue(read("events"), EventWords.class);
    }

    private static Map<String, Object> joined(Map<String, Object> some, Map<String, Object> others) {
        var all = new LinkedHashMap<>(some);
        all.putAll(others);
        return all;
    }

    private static Map<String, Map<String, Object>> read(String name) {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try (var file = new ClassPathResource("reference/" + name + ".yaml").getInputStream()) {
            return new Yaml(new SafeConstructor(options)).load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
