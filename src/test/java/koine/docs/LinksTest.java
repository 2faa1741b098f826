package koine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// No page links to a file that is not there.
class LinksTest {

    @Test
    void links_withinTheProject_leadSomewhere() throws IOException {
        assertThat(pages().stream().flatMap(LinksTest::targets))
                .hasSizeGreaterThan(20)
                .allMatch(Files::exists);
    }

    private static List<Page> pages() throws IOException {
        try (var top = Files.list(Path.of("."));
                var docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .map(Page::read)
                    .toList();
        }
    }

    private static Stream<Path> targets(Page page) {
        return page.links()
                .filter(link -> !link.contains(":"))
                .map(link -> page.path().resolveSibling(link).normalize());
    }
}
