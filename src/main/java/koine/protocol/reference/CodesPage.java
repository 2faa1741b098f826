package koine.protocol.reference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.kernel.ErrorCode;
import org.springframework.core.io.ClassPathResource;

/// `docs/codes.md`, which tells what errors and close codes mean and what a client should do. A test holds it to
/// the code; here it is read rather than said again.
final class CodesPage {

    private final List<String> lines;

    private CodesPage(List<String> lines) {
        this.lines = lines;
    }

    static CodesPage load() {
        try {
            var page = new ClassPathResource("reference/codes.md").getContentAsString(StandardCharsets.UTF_8);
            return new CodesPage(page.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Why a socket is closed.
    record Close(String code, String reason, String meaning, String todo) {}

    /// The table of errors, as Markdown.
    String errors() {
        return table("## Errors").collect(Collectors.joining("\n"));
    }

    /// What each error means.
    Map<ErrorCode, String> meanings() {
        var meanings = new LinkedHashMap<ErrorCode, String>();
        rows("## Errors")
                .forEach(row -> meanings.put(ErrorCode.valueOf(row.get(0).replace("`", "")), row.get(2)));
        return meanings;
    }

    List<Close> closes() {
        return rows("## Close codes")
                .map(row -> new Close(row.get(0), row.get(1), row.get(2), row.get(3)))
                .toList();
    }

    /// The table of close codes, as Markdown.
    String closeTable() {
        return table("## Close codes").collect(Collectors.joining("\n"));
    }

    private Stream<List<String>> rows(String heading) {
        return table(heading)
                .skip(2)
                .map(row -> Arrays.stream(row.substring(1, row.length() - 1).split("\\|", -1))
                        .map(String::strip)
                        .toList());
    }

    private Stream<String> table(String heading) {
        return lines.stream()
                .dropWhile(line -> !line.equals(heading))
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"));
    }
}
