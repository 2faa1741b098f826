package koine.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// The tables of a page, in which expected answers stand: `src/test/resources/intruder`.
public final class Table {

    private static final String CODE = "`";

    private Table() {}

    /// The cells of all rows of the page's tables, without their heads. Code is given without its backticks.
    public static List<List<String>> rows(String page) {
        return read(page)
                .lines()
                .filter(line -> line.startsWith("| " + CODE))
                .map(Table::cells)
                .toList();
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                .map(String::strip)
                .map(cell -> cell.startsWith(CODE) ? cell.substring(1, cell.length() - 1) : cell)
                .toList();
    }

    private static String read(String page) {
        try (var in = Objects.requireNonNull(Table.class.getResourceAsStream("/intruder/" + page), page)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
