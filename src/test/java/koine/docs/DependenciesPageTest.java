package koine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `docs/dependencies.md` against `pom.xml`.
class DependenciesPageTest {

    /// Not the star of what a dependency is to leave out.
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([a-z].*?)</artifactId>");

    @Test
    void page_artifacts_areThoseOfThePom() {
        var used = ARTIFACT.matcher(Page.read("pom.xml").text())
                .results()
                .map(found -> found.group(1))
                .filter(artifact -> !artifact.equals("koine") && !artifact.equals("*"))
                .collect(Collectors.toCollection(TreeSet::new));
        var listed = Page.read("docs/dependencies.md")
                .rows()
                .map(List::getFirst)
                .filter(first -> first.matches("[a-z][a-z0-9_-]+"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(listed).isEqualTo(used);
    }
}
