package koine.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A Markdown page of the project.
///
/// @param path from the project's directory, in which tests run
public record Page(Path path, String text) {

    private static final Pattern BLOCK = Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)[^)]*\\)");

    /// A fenced block.
    ///
    /// @param language what stands behind the opening fence
    public record Block(String language, String text) {}

    public static Page read(String path) {
        return read(Path.of(path));
    }

    public static Page read(Path path) {
        try {
            return new Page(path, Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What stands between two texts, each of which must be there.
    public Page between(String begin, String end) {
        var from = text.indexOf(begin);
        var to = text.indexOf(end, Math.max(from, 0));
        if (from < 0 || to < 0) {
            throw new AssertionError("%s has no part between '%s' and '%s'".formatted(path, begin, end));
        }
        return new Page(path, text.substring(from, to));
    }

    public List<Block> blocks() {
        return BLOCK.matcher(text)
                .results()
                .map(block -> new Block(block.group(1), block.group(2)))
                .toList();
    }

    /// The cells of every table row on the page, without back-ticks; headings and rules are among them.
    public Stream<List<String>> rows() {
        return text.lines()
                .filter(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(cell -> cell.replace("`", "").strip())
                        .toList());
    }

    /// Where the page's links go, without what stands behind a `#`.
    public Stream<String> links() {
        return LINK.matcher(text).results().map(link -> link.group(1));
    }
}
