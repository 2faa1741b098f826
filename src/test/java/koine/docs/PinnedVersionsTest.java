package koine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is built today is built of the same things tomorrow.
class PinnedVersionsTest {

    private static final Pattern TAGGED = Pattern.compile("[a-z/.-]+:v?\\d[\\w.-]*");

    @Test
    void images_all_haveATagThatIsAVersion() {
        var bases = images("Dockerfile", "FROM ").filter(base -> !base.equals("scratch"));
        var images = images("docker-compose.yml", "image: ");

        assertThat(Stream.concat(bases, images)).hasSizeGreaterThan(3).allMatch(TAGGED.asMatchPredicate());
    }

    @Test
    void nodePackages_all_haveALockFile() throws IOException {
        try (var examples = Files.walk(Path.of("examples"));
                var tests = Files.walk(Path.of("src/test"))) {
            assertThat(Stream.concat(examples, tests)
                            .filter(path -> !path.toString().contains("node_modules"))
                            .filter(path -> path.endsWith("package.json")))
                    .isNotEmpty()
                    .allMatch(path -> Files.exists(path.resolveSibling("package-lock.json")));
        }
    }

    /// The word behind the beginning of a line.
    private static Stream<String> images(String file, String beginning) {
        return Page.read(file)
                .text()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()).replaceFirst(" .*", ""));
    }
}
