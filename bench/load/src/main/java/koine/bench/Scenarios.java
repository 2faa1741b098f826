package koine.bench;

import koine.bench.scenario.CatchUp;
import koine.bench.scenario.Group;
import koine.bench.scenario.History;
import koine.bench.scenario.Idle;
import koine.bench.scenario.Login;
import koine.bench.scenario.Open;
import koine.bench.scenario.Overload;
import koine.bench.scenario.Pairs;
import koine.bench.scenario.Reconnect;
import koine.bench.scenario.Scenario;
import koine.bench.scenario.Soak;
import koine.bench.client.Archive;

/// Reads what to run: the scenario's name and its numbers, as in `open:2000`.
final class Scenarios {

    private static final int PAIRS = 100;
    private static final int OUTSTANDING = 4;
    private static final int VISITORS = 500;

    private Scenarios() {}

    static Scenario parse(String load) {
        var words = load.split(":");
        return switch (words[0]) {
            case "pairs" -> new Pairs(number(words, 1, PAIRS), OUTSTANDING);
            case "open" -> new Open(PAIRS, number(words, 1, 2_000));
            case "overload" -> new Overload(PAIRS, number(words, 1, 2_000));
            case "soak" -> new Soak(PAIRS, number(words, 1, 2_000), number(words, 2, VISITORS));
            case "group" -> new Group(number(words, 1, 100));
            case "idle" -> new Idle(number(words, 1, 2_000), number(words, 2, 0));
            case "reconnect" -> new Reconnect(number(words, 1, 10_000));
            case "history" -> new History(number(words, 1, Archive.LARGE));
            case "login" -> new Login();
            case "catch-up" -> new CatchUp(number(words, 1, 100_000));
            default -> throw new IllegalArgumentException("no such scenario: " + load);
        };
    }

    private static int number(String[] words, int index, int otherwise) {
        return index < words.length ? Integer.parseInt(words[index]) : otherwise;
    }
}
