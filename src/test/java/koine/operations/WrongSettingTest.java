package koine.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import koine.testing.ServiceProcess;
import koine.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.mock.env.MockEnvironment;

/// A wrong setting ends the start with one sentence that names it. Real starts show that it comes to that; how it reads
/// is looked at without.
class WrongSettingTest {

    @TempDir
    private Path data;

    private final WrongSettingAnalyzer analyzer =
            new WrongSettingAnalyzer(new MockEnvironment().withProperty("management.server.port", "9464"));

    /// All at the same time, since each takes seconds.
    @Test
    void start_withAWrongSetting_endsWithOneSentenceThatNamesIt() throws Exception {
        var database = TestDatabase.fresh();
        try (var socket = new ServerSocket(0);
                var outOfRange = launch(database, "koine.message.max-batch=0");
                var stranger = ServiceProcess.launch(
                        data,
                        "spring.r2dbc.url=" + database.r2dbcUrl(),
                        "spring.r2dbc.username=nobody",
                        "spring.r2dbc.password=wrong-and-secret");
                var portTaken = launch(database, "management.server.port=" + socket.getLocalPort())) {
            assertEndedWith(
                    outOfRange,
                    "koine.message.max-batch ('0') must be greater than or equal to 1: change it,"
                            + " or leave it out for its default.");
            assertEndedWith(stranger, "check spring.r2dbc.url, spring.r2dbc.username and spring.r2dbc.password.");
            assertThat(stranger.log()).doesNotContain("wrong-and-secret");
            assertEndedWith(
                    portTaken,
                    "Port " + socket.getLocalPort()
                            + " is taken by another program: set management.server.port to another one.");
        }
    }

    private ServiceProcess launch(TestDatabase database, String setting) {
        var known = database.properties();
        return ServiceProcess.launch(data, known[0], known[1], known[2], setting);
    }

    private static void assertEndedWith(ServiceProcess service, String sentence) {
        assertThat(service.awaitExit()).isNotZero();
        assertThat(service.log()).contains(sentence).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            koine.message.max-batch     | java.lang.Integer | many | koine.message.max-batch ('many') is not a number
            koine.message.write-timeout | java.time.Duration | soon | koine.message.write-timeout ('soon') is not a time such as 30s or 15m
            koine.media.max-size        | org.springframework.util.unit.DataSize | big | koine.media.max-size ('big') is not a size such as 64KB or 25MB
            koine.limits.enabled        | java.lang.Boolean | maybe | koine.limits.enabled ('maybe') is not true or false
            koine.auth.master-key       | java.lang.Integer | secret | koine.auth.master-key is not a number
            """)
    void analyze_unreadableSetting_namesItAndSaysWhatItShouldBe(
            String name, Class<?> type, String value, String sentence) {
        assertThat(sentence(unreadable(name, type, value)))
                .isEqualTo(sentence + ": change it, or leave it out for its default.");
    }

    @Test
    void analyze_portTaken_namesTheSettingOfThePort() {
        assertThat(sentence(new IllegalStateException(new PortInUseException(8080))))
                .isEqualTo("Port 8080 is taken by another program: set server.port to another one.");
        assertThat(sentence(new PortInUseException(9464))).contains("set management.server.port");
    }

    @Test
    void analyze_anythingElse_isLeftToOthers() {
        assertThat(analyzer.analyze(new IllegalStateException("something else")))
                .isNull();
    }

    private String sentence(Throwable problem) {
        var analysis = analyzer.analyze(problem);
        assertThat(analysis).isNotNull();
        return analysis.getDescription();
    }

    private static BindException unreadable(String name, Class<?> type, String value) {
        var source = new MapConfigurationPropertySource(Map.of(name, value));
        try {
            new Binder(source).bind(name, Bindable.of(type));
        } catch (BindException problem) {
            return problem;
        }
        throw new AssertionError(value + " was taken for " + name);
    }
}
