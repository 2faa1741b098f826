package koine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Each threat on `SECURITY.md` names the tests that show how it is stopped: they must be there.
class SecurityPageTest {

    private static final Pattern TEST = Pattern.compile("[A-Z]\\w*Test\\b");

    @Test
    void page_threats_nameTestsThatExist() throws IOException {
        var rows = Page.read("SECURITY.md")
                .rows()
                .filter(row -> row.size() >= 4)
                .filter(row -> !row.getFirst().equals("who") && !row.getFirst().startsWith("---"))
                .toList();

        assertThat(rows)
                .hasSizeGreaterThan(12)
                .allSatisfy(row -> assertThat(tests(row.get(3))).as(row.get(1)).isNotEmpty());
        assertThat(rows.stream().flatMap(row -> tests(row.get(3)).stream())).isSubsetOf(testsThatExist());
    }

    private static List<String> tests(String cell) {
        return TEST.matcher(cell).results().map(MatchResult::group).toList();
    }

    private static Set<String> testsThatExist() throws IOException {
        try (var files = Files.walk(Path.of("src/test/java"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }
}
