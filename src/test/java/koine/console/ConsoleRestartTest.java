package koine.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import koine.testing.Api;
import koine.testing.Chromium;
import koine.testing.ServiceProcess;
import koine.testing.TestDatabase;
import koine.testing.Visitor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of an open console while the service is away.
class ConsoleRestartTest {

    /// What a browser says of a server that is not there.
    private static final String AWAY =
            "ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection|status of 503";

    @TempDir
    private Path directory;

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES) // it starts two processes, which takes long where much else runs
    void restart_ofTheService_losesNothingAndSendsOnceWhatWasWrittenMeanwhile() {
        var database = TestDatabase.fresh().properties();
        try (var chromium = Chromium.start();
                var first = ServiceProcess.start(directory, database)) {
            var ada = chromium.visitor(first.baseUrl()).registers("ada", "");
            var bob = chromium.visitor(first.baseUrl()).registers("bob", "");
            ada.button("New chat").first().click();
            ada.field("Find somebody by name").fill(bob.name());
            ada.button("Write to " + bob.name()).click();
            ada.says("Before");
            bob.inList("Before").click();
            bob.said("Before").waitFor();

            first.terminate();
            ada.waitsFor("reconnecting…");
            bob.waitsFor("reconnecting…");
            ada.says("Meanwhile");
            ada.said("Meanwhile").getByText("Waiting to be sent").waitFor();
            ada.waitsFor("1 message waits");
            ada.screenshot("reconnecting");
            bob.says("From the other side");

            try (var second = ServiceProcess.startInPlaceOf(first, database)) {
                bob.said("Meanwhile").waitFor();
                ada.said("From the other side").waitFor();
                ada.page().locator(".connection").first().waitFor(Visitor.gone());
                ada.said("Meanwhile").locator(".tick.delivered, .tick.read").waitFor();
                PlaywrightAssertions.assertThat(ada.page().locator("#messages .waiting"))
                        .hasCount(0);
                PlaywrightAssertions.assertThat(ada.said("Meanwhile")).hasCount(1);
                assertSaidOnce(second, ada, "Meanwhile");
                assertThat(ada.problems(AWAY)).isEmpty();
                assertThat(bob.problems(AWAY)).isEmpty();
            }
        }
    }

    private static void assertSaidOnce(ServiceProcess service, Visitor who, String text) {
        var api = new Api(service.port());
        var token = api.post("/login", null, Map.of("usernameOrEmail", who.name(), "password", "secret"))
                .ok()
                .path("access_token")
                .stringValue();
        var chat = api.get("/user/chats", token)
                .ok()
                .path("chats")
                .get(0)
                .path("id")
                .longValue();
        var messages = api.get("/chat/%d/messages".formatted(chat), token).ok().path("messages");
        assertThat(messages.findValuesAsString("contents")).containsOnlyOnce(text);
    }
}
