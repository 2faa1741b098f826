package koine.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The results as text, one scenario after the other, the servers below one another.
final class Table {

    private static final String CELL = "%14s";

    private final StringBuilder text = new StringBuilder();

    private Table() {}

    static String of(List<Result> results) {
        var table = new Table();
        byScenario(results).values().forEach(table::section);
        return table.text.toString();
    }

    private static Map<String, List<Result>> byScenario(List<Result> results) {
        var sections = new LinkedHashMap<String, List<Result>>();
        results.forEach(result -> sections.computeIfAbsent(scenario(result), _ -> new ArrayList<>())
                .add(result));
        return sections;
    }

    private static String scenario(Result result) {
        return result.load().split(" ")[0];
    }

    private void section(List<Result> results) {
        var figures = new LinkedHashSet<String>();
        results.forEach(result -> figures.addAll(result.figures().keySet()));
        row("%-10s %-22s".formatted("server", "load"), figures);
        results.forEach(result -> row(
                "%-10s %-22s".formatted(result.target(), result.load()),
                figures.stream().map(figure -> cell(result, figure)).toList()));
        text.append('\n');
    }

    private void row(String head, Iterable<String> cells) {
        text.append(head);
        cells.forEach(cell -> text.append(CELL.formatted(cell)));
        text.append('\n');
    }

    private static String cell(Result result, String figure) {
        var value = result.figures().get(figure);
        if (value == null) {
            return "";
        }
        return figure.equals("others")
                ? "%.0f %%".formatted(value * 100)
                : String.format(Locale.ROOT, Math.abs(value) < 100 && value % 1 != 0 ? "%.2f" : "%,.0f", value);
    }
}
