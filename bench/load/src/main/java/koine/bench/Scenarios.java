package koine.bench;

import koine.bench.scenario.Group;
import koine.bench.scenario.Open;
import koine.bench.scenario.Pairs;
import koine.bench.scenario.Scenario;

/// Reads what to run: the scenario's name and its numbers, as in `open:2000`.
final class Scenarios {

    private static final int PAIRS = 100;
    private static final int OUTSTANDING = 4;

    private Scenarios() {}

    static Scenario parse(String load) {
        var words = load.split(":");
        return switch (words[0]) {
            case "pairs" -> new Pairs(number(words, 1, PAIRS), OUTSTANDING);
            case "open" -> new Open(PAIRS, number(words, 1, 2_000));
            case "group" -> new Group(number(words, 1, 100));
            default -> throw new IllegalArgumentException("no such scenario: " + load);
        };
    }

    private static int number(String[] words, int index, int otherwise) {
        return index < words.length ? Integer.parseInt(words[index]) : otherwise;
    }
}
