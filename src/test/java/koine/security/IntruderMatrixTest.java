package koine.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import koine.testing.Api.User;
import koine.testing.KoineTest;
import koine.testing.People;
import koine.testing.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;

/// Every call of the service, tried by everybody who may not make it. What each is to be answered stands in
/// `src/test/resources/intruder/http.md`; which calls there are, the running service says.
@KoineTest
class IntruderMatrixTest {

    private static final List<Row> ROWS =
            Table.rows("http.md").stream().map(Row::of).toList();

    @Autowired
    private ApplicationContext service;

    @Autowired
    private DatabaseClient database;

    @LocalServerPort
    private int port;

    /// @param call     as [Mappings] names it
    /// @param trial    how it is tried
    /// @param expected what each of [#WHO] is to be answered
    private record Row(String call, String trial, Map<String, String> expected) {

        private static final List<String> WHO =
                List.of("nobody", "bad token", "stranger", "former", "member", "blocked");

        static Row of(List<String> cells) {
            assertThat(cells).as("the row of %s", cells.getFirst()).hasSize(2 + WHO.size());
            var expected = new LinkedHashMap<String, String>();
            IntStream.range(0, WHO.size()).forEach(i -> expected.put(WHO.get(i), cells.get(2 + i)));
            return new Row(cells.get(0), cells.get(1), expected);
        }

        boolean isWelcome(String column) {
            return "yes".equals(expected.get(column));
        }

        boolean isForSomebody() {
            return expected.containsValue("yes");
        }

        /// Whether those who try it may be others afterwards than before, and not to be used again.
        boolean changesCallers() {
            return !call.startsWith("GET ") && (isForSomebody() || expected.containsValue("own"));
        }

        /// Whether a token makes no difference.
        boolean isForAll() {
            return Set.copyOf(expected.values()).size() == 1;
        }
    }

    /// Somebody who tries a call.
    ///
    /// @param column where the table says what they are to be answered
    /// @param kind   of this column
    /// @param user   whom the names in the trial are about
    private record Intruder(
            String column, String kind, User user, @Nullable String token) {}

    /// @param bad tokens by what is wrong with them
    private record Theatre(Stage stage, Map<String, String> bad) {

        /// Rows that are tried together: so many, or up to one whose callers may change what the victim sees.
        private static final int MOST = 10;

        List<List<Scene>> acts() {
            var acts = new ArrayList<List<Scene>>();
            var act = new ArrayList<Scene>();
            int fresh = 1;
            for (var row : ROWS) {
                act.add(new Scene(stage, row, stage.casts().get(row.changesCallers() ? fresh++ : 0), bad));
                if (row.isForSomebody() || act.size() == MOST) {
                    acts.add(List.copyOf(act));
                    act.clear();
                }
            }
            if (!act.isEmpty()) {
                acts.add(act);
            }
            return acts;
        }
    }

    /// A row, and those who try it.
    private record Scene(Stage stage, Row row, Cast cast, Map<String, String> bad) {

        Stream<Intruder> intruders() {
            return Stream.of(
                            Stream.of(new Intruder("nobody", "nobody", cast.stranger(), null)),
                            bad.entrySet().stream()
                                    .limit(row.isForAll() ? 1 : bad.size())
                                    .map(token -> new Intruder(
                                            "bad token", token.getKey() + " token", cast.stranger(), token.getValue())),
                            Stream.of(
                                    known("stranger", cast.stranger()),
                                    known("former", cast.former()),
                                    known("member", cast.member()),
                                    known("blocked", cast.blocked())))
                    .flatMap(intruder -> intruder);
        }

        private static Intruder known(String column, User user) {
            return new Intruder(column, column, user, user.token());
        }

        @Override
        public String toString() {
            return row.trial();
        }
    }

    private record Attempt(Scene scene, Intruder who, CompletableFuture<Outcome> answer) {

        Stream<String> faults() {
            var outcome = answer.join();
            var expected = String.valueOf(scene.row().expected().get(who.column()));
            return Stream.of(
                            outcome.is(expected) ? "" : "expected " + expected + ", got " + outcome,
                            isTold(outcome.body()) ? "was told a secret: " + outcome : "")
                    .filter(fault -> !fault.isEmpty())
                    .map(fault -> scene + ", " + who.kind() + ": " + fault);
        }

        private boolean isTold(String body) {
            return body.contains(scene.stage().ownSecret())
                    || (!who.column().equals("member")
                            && body.contains(scene.stage().groupSecret()));
        }
    }

    @Test
    void table_calls_areThoseOfTheService() {
        var known = ROWS.stream().map(Row::call).collect(Collectors.toCollection(TreeSet::new));

        assertThat(known).isEqualTo(Mappings.of(service));
    }

    @Test
    void calls_byIntruders_areAnsweredAsTheTableSaysAndChangeNothing() {
        var casts = 1 + (int) ROWS.stream().filter(Row::changesCallers).count();
        var theatre = new Theatre(
                new Stage(service, port, casts), BadTokens.of(port, database, new People(service).many("lapsed", 2)));
        var faults = new ArrayList<String>();
        var before = theatre.stage().view();
        for (var scenes : theatre.acts()) {
            faults.addAll(tried(scenes, false));
            var after = theatre.stage().view();
            if (!after.equals(before)) {
                faults.add("after one of %s the victim sees %s, and saw %s".formatted(scenes, after, before));
            }
            faults.addAll(tried(scenes, true));
            before = scenes.getLast().row().isForSomebody() ? theatre.stage().view() : after;
        }

        assertThat(faults).isEmpty();
    }

    /// Tries all of them at once.
    ///
    /// @param welcome whether those try who may, or the others
    /// @return what went otherwise than expected
    private List<String> tried(List<Scene> scenes, boolean welcome) {
        var attempts = scenes.stream()
                .flatMap(scene -> scene.intruders()
                        .filter(who -> scene.row().isWelcome(who.column()) == welcome)
                        .map(who -> attempt(scene, who)))
                .toList();
        return attempts.stream().flatMap(Attempt::faults).toList();
    }

    private Attempt attempt(Scene scene, Intruder who) {
        var trial = Trial.of(scene.row().trial(), scene.stage().names(who.user()));
        return new Attempt(scene, who, new Line(port).call(trial, who.token()));
    }
}
