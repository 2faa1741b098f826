package koine.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.docs.Page.Block;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.ServiceProcess;
import koine.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The README's walk, run as it stands, against the real service. The answers must have the fields that the
/// page shows; ids, times and tokens are others each time.
///
/// Left out is the one line that starts a WebSocket client from npm, which would have to be downloaded: what
/// the page shows of that socket is compared with what a client of our own receives.
class ReadmeTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String END_OF_STEP = "### end of step";

    @TempDir
    private Path directory;

    /// @param answer the one line that the page shows below the commands; empty where it shows none, or several
    private record Step(String commands, String answer) {}

    @Test
    void walk_asItStands_answersWhatThePageShows() throws Exception {
        var blocks = Page.read("README.md")
                .between("<!-- walk: begin", "<!-- walk: end")
                .blocks();
        var steps = steps(blocks);
        try (var service = ServiceProcess.start(directory, TestDatabase.fresh().properties())) {
            var outputs = run(steps, service.baseUrl());

            for (int i = 0; i < steps.size(); i++) {
                assertThat(shape(outputs.get(i)))
                        .as(steps.get(i).commands())
                        .isEqualTo(shape(steps.get(i).answer()));
            }
            assertThat(framesOfBob(service.port())).hasSize(3).isEqualTo(framesShown(blocks));
        }
    }

    private static List<Step> steps(List<Block> blocks) {
        var steps = new ArrayList<Step>();
        for (var block : blocks) {
            if (block.language().equals("sh")) {
                steps.add(new Step(block.text().replaceAll("(?m)^npx .*\n", ""), ""));
            } else if (!isSocket(block)) {
                steps.add(new Step(steps.removeLast().commands(), block.text()));
            }
        }
        return steps;
    }

    private static boolean isSocket(Block block) {
        return block.text().lines().count() > 1;
    }

    /// What each of the steps printed. They run in one shell, like a reader's.
    private List<String> run(List<Step> steps, String koine) throws IOException, InterruptedException {
        var output = directory.resolve("walk.out");
        var script = steps.stream()
                .map(step -> step.commands() + "\necho '" + END_OF_STEP + "'\n")
                .collect(Collectors.joining());
        var shell = new ProcessBuilder("bash", "-u", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        shell.environment().put("KOINE", koine);
        var running = shell.start();
        assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(running.exitValue()).isZero();
        return List.of(Files.readString(output).split(END_OF_STEP));
    }

    /// The frames that the page shows, by their type.
    private static Map<String, String> framesShown(List<Block> blocks) {
        return blocks.stream()
                .filter(block -> block.language().equals("json") && isSocket(block))
                .flatMap(block -> block.text().lines())
                .map(JSON::readTree)
                .collect(byType());
    }

    /// What Bob's socket gets for following from the beginning of the log, but for the chat itself, which was
    /// there already when the page's socket was opened.
    private static Map<String, String> framesOfBob(int port) {
        var login = Map.of("usernameOrEmail", "bob@example.com", "password", "can-we-fix-it");
        var token = new Api(port)
                .post("/login", null, login)
                .ok()
                .path("access_token")
                .stringValue();
        try (var socket = EventClient.open(port, token)) {
            var hello = socket.next();
            var epoch = hello.path("cursor").stringValue().replaceAll("-.*", "");
            socket.send(Map.of("type", "resume", "ref", "first", "since", epoch + "-0"));
            socket.await("chat.created");
            return Stream.of(hello, socket.next(), socket.next()).collect(byType());
        }
    }

    private static Collector<JsonNode, ?, Map<String, String>> byType() {
        return Collectors.toMap(frame -> frame.path("type").stringValue(), frame -> shape(frame.toString()));
    }

    /// The same with every number and every text replaced by one and the same: what is left are the fields,
    /// their order and their types.
    private static String shape(String json) {
        return json.strip().replaceAll(":\"[^\"]*\"", ":\"\"").replaceAll(":[0-9]+", ":0");
    }
}
