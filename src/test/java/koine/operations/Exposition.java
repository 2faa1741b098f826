package koine.operations;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a service answers to Prometheus.
///
/// @param text in Prometheus's text format
record Exposition(String text) {

    private static final Pattern SAMPLE =
            Pattern.compile("^(\\w+)(?:\\{((?:[^\"}]|\"[^\"]*\")*)})? (\\S+)$", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");

    /// The names of all samples: a timer has several.
    Set<String> names() {
        return SAMPLE.matcher(text)
                .results()
                .map(sample -> sample.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The names of all metrics of the service's own, as they are declared.
    Set<String> ownMetrics() {
        return Pattern.compile("^# TYPE (koine_\\S+) (?!unknown)", Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map(type -> type.group(1))
                .filter(name -> !name.endsWith("_max"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Everything by which the service's own metrics are told apart.
    Set<String> ownLabels() {
        return SAMPLE.matcher(text)
                .results()
                .filter(sample -> sample.group(1).startsWith("koine_") && sample.group(2) != null)
                .flatMap(sample -> LABEL.matcher(sample.group(2)).results())
                .map(label -> label.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The sum over all samples of the name that have these labels.
    ///
    /// @param labels as they stand there, such as `protocol="uchat"`
    double sum(String name, String... labels) {
        return SAMPLE.matcher(text)
                .results()
                .filter(sample -> sample.group(1).equals(name))
                .filter(sample -> labels(sample.group(2)).containsAll(Set.of(labels)))
                .mapToDouble(sample -> Double.parseDouble(sample.group(3)))
                .sum();
    }

    private static Set<String> labels(@Nullable String text) {
        return LABEL.matcher(text == null ? "" : text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }
}
