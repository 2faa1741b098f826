package koine.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import koine.security.Talk.Answer;
import koine.testing.Api.User;
import koine.testing.KoineTest;
import koine.testing.People;
import koine.testing.RealFrames;
import koine.testing.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;

/// Every command of every socket, tried by everybody who may not give it. What each is to be answered stands in
/// `src/test/resources/intruder/sockets.md`; which commands there are, the code says.
@KoineTest
class IntruderSocketsTest {

    private static final List<String> WHO = List.of("nobody", "stranger", "former", "member", "blocked");

    private static final List<Row> ROWS =
            Table.rows("sockets.md").stream().map(Row::of).toList();

    @Autowired
    private ApplicationContext service;

    @Autowired
    private DatabaseClient database;

    @LocalServerPort
    private int port;

    /// @param command  as [SocketCommands] names it
    /// @param socket   the way to it, for protocols that have several
    /// @param frame    how it is tried
    /// @param expected what each of [#WHO] is to be answered
    private record Row(String command, String socket, String frame, List<String> expected) {

        static Row of(List<String> cells) {
            assertThat(cells).as("the row of %s", cells.getFirst()).hasSize(2 + WHO.size());
            var sent = cells.get(1);
            var frame = RealFrames.frame(sent);
            var path = sent.substring(0, sent.length() - frame.length()).strip();
            return new Row(cells.get(0), path, frame, cells.subList(2, cells.size()));
        }

        String protocol() {
            return command.substring(0, command.indexOf(' '));
        }

        /// With what is fetched in the place of the command that fetches it, which no code lists.
        String known() {
            var fetch = "phonechat fetch ";
            return command.startsWith(fetch)
                    ? fetch
                            + SocketCommands.fetched(command.substring(fetch.length()))
                                    .orElseThrow()
                    : command;
        }
    }

    /// @param user null for nobody
    private record Intruder(
            String column, @Nullable User user, @Nullable String token, Map<String, String> names) {}

    @Test
    void table_commands_areThoseOfTheCode() {
        var known = ROWS.stream().map(Row::known).collect(Collectors.toCollection(TreeSet::new));

        assertThat(known).isEqualTo(SocketCommands.all());
    }

    @Test
    void commands_byIntruders_areAnsweredAsTheTableSaysAndChangeNothing() {
        var stage = new Stage(service, port, 1);
        var faults = new ArrayList<String>();
        for (var protocol : List.of("events", "pymessage", "uchat", "matcha", "phonechat")) {
            var rows =
                    ROWS.stream().filter(row -> row.protocol().equals(protocol)).toList();
            var before = stage.view();
            try (var talks = new Talks(stage)) {
                faults.addAll(talks.tried(rows, false));
                var after = stage.view();
                if (!after.equals(before)) {
                    faults.add("after %s the victim sees %s, and saw %s".formatted(protocol, after, before));
                }
                faults.addAll(talks.tried(rows, true));
            }
        }

        assertThat(faults).isEmpty();
    }

    /// A token that is not good opens no socket, or one on which nothing is carried out.
    @Test
    void sockets_withABadToken_areThoseOfNobody() {
        var people = new People(service).many("lapsed", 2);
        var bad = BadTokens.of(port, database, people);
        var number = Stage.number(people.getFirst());

        bad.forEach((kind, token) -> {
            assertThat(refusedStatus("events", "", token)).as(kind).isEqualTo(401);
            assertThat(refusedStatus("phonechat", "special/" + number, token))
                    .as(kind)
                    .isEqualTo(401);
            try (var talk = Talk.open(port, "matcha", "", null, token)) {
                assertThat(talk.say("[\"join\",1]").verdict()).as(kind).isEqualTo("not authenticated");
            }
        });
    }

    private int refusedStatus(String protocol, String path, String token) {
        try (var talk = Talk.open(port, protocol, path, null, token)) {
            throw new AssertionError("opened " + talk);
        } catch (TextSocket.Refused refused) {
            return refused.status();
        }
    }

    /// The sockets of all who try, each opened when it is first used.
    private final class Talks implements AutoCloseable {

        private final Stage stage;
        private final List<Intruder> intruders;
        private final Map<String, Talk> open = new HashMap<>();

        Talks(Stage stage) {
            this.stage = stage;
            var cast = stage.casts().getFirst();
            this.intruders = Stream.concat(
                            Stream.of(new Intruder("nobody", null, null, stage.names(cast.stranger()))),
                            IntStream.range(1, WHO.size())
                                    .mapToObj(i -> known(
                                            WHO.get(i),
                                            List.of(cast.stranger(), cast.former(), cast.member(), cast.blocked())
                                                    .get(i - 1))))
                    .toList();
        }

        private Intruder known(String column, User user) {
            return new Intruder(column, user, user.token(), stage.names(user));
        }

        /// @param welcome whether those try who may, or the others
        List<String> tried(List<Row> rows, boolean welcome) {
            return rows.stream()
                    .flatMap(row -> IntStream.range(0, WHO.size())
                            .filter(i -> row.expected().get(i).equals("yes") == welcome)
                            .boxed()
                            .flatMap(i -> faults(row, row.expected().get(i), intruders.get(i))))
                    .toList();
        }

        private Stream<String> faults(Row row, String cell, Intruder who) {
            var expected = cell.equals("yes") || cell.equals("own") ? Answer.DONE : Trial.filled(cell, who.names());
            var answer = answer(row, who);
            return Stream.of(
                            answer.verdict().equals(expected) ? "" : "expected " + expected + ", got " + answer,
                            isTold(who, answer.all().toString()) ? "was told a secret: " + answer : "")
                    .filter(fault -> !fault.isEmpty())
                    .map(fault -> row.command() + " " + row.frame() + ", " + who.column() + ": " + fault);
        }

        private Answer answer(Row row, Intruder who) {
            var path = Trial.filled(row.socket(), who.names());
            try {
                return open.computeIfAbsent(
                                who.column() + path,
                                _ -> Talk.open(port, row.protocol(), path, who.user(), who.token()))
                        .say(Trial.filled(row.frame(), who.names()));
            } catch (TextSocket.Refused refused) {
                return new Answer("" + refused.status(), List.of());
            }
        }

        private boolean isTold(Intruder who, String text) {
            return text.contains(stage.ownSecret())
                    || (!who.column().equals("member") && text.contains(stage.groupSecret()));
        }

        @Override
        public void close() {
            open.values().forEach(Talk::close);
        }
    }
}
