package koine.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.EmulateMediaOptions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import koine.testing.Api;
import koine.testing.Chromium;
import koine.testing.Images;
import koine.testing.KoineTest;
import koine.testing.People;
import koine.testing.Visitor;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/// Every view of the console by the rules of accessibility (axe-core), in light and in dark, and on a screen as narrow
/// as a phone's. What was seen is kept in `target/screenshots`.
@KoineTest
class ConsoleViewsTest {

    private static final List<String> OUTSIDE = List.of("sign-in", "register", "forgot");
    private static final List<String> INSIDE = List.of("chats", "people", "rooms", "search", "settings");

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext service;

    @Test
    void views_inLightAndDark_areAccessibleAndFit() {
        try (var chromium = Chromium.start();
                var visitor = chromium.visitor("http://localhost:" + port)) {
            OUTSIDE.forEach(view -> inspect(visitor.at("/#/" + view), view, "main h1"));
            var chat = inhabited(visitor);
            INSIDE.forEach(view -> inspect(visitor.at("/#/" + view), view, "h1:visible"));
            inspect(visitor.at("/#/chat/%d/info".formatted(chat)), "info", ".rows .row");
            visitor.at("/#/chat/" + chat);
            visitor.page().locator("#messages img").waitFor();
            inspect(visitor, "conversation", "#messages .message");
            visitor.said("Turning").hover();
            visitor.said("Turning").locator(".doings").click();
            inspect(visitor, "menu", "[role=menu]");
            visitor.page().keyboard().press("Escape");
            visitor.button("New chat").first().click();
            inspect(visitor, "dialog", "dialog");
            assertThat(visitor.problems()).isEmpty();
        }
    }

    /// A group of three, one of whom looks at it, with a bit of everything.
    private long inhabited(Visitor visitor) {
        var people = new People(service).many("View", 3);
        var ada = people.getFirst();
        var bob = people.getLast();
        var api = new Api(port);
        var ids = people.stream().skip(1).map(Api.User::id).toList();
        var chat = api.post("/chat/group/create", ada.token(), Map.of("name", "Engine room", "with_ids", ids))
                .ok()
                .path("id")
                .longValue();
        people.stream().skip(1).forEach(one -> befriend(api, one, ada));
        api.post("/friend/request", people.get(1).token(), Map.of("user_id", bob.id()))
                .ok();
        api.privateChat(ada, bob);
        visitor.as(ada).at("/#/chat/" + chat).page().reload();
        visitor.says("How is the engine?");
        visitor.said("engine").waitFor();
        say(api, chat, bob, "Turning nicely, see https://example.org/engine");
        visitor.page()
                .locator("input[type=file]")
                .setInputFiles(new FilePayload("mill.png", "image/png", Images.png(300, 200)));
        visitor.says("The mill");
        visitor.page().locator("#messages img").waitFor();
        return chat;
    }

    private static void befriend(Api api, Api.User one, Api.User other) {
        api.post("/friend/request", one.token(), Map.of("user_id", other.id())).ok();
        api.post("/friend/accept", other.token(), Map.of("user_id", one.id())).ok();
    }

    private static void say(Api api, long chat, Api.User who, String text) {
        api.post("/chat/%d/message".formatted(chat), who.token(), Map.of("contents", text))
                .ok();
    }

    private static void inspect(Visitor visitor, String view, String ready) {
        var page = visitor.page();
        page.locator(ready).first().waitFor();
        for (var scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new EmulateMediaOptions().setColorScheme(scheme));
            visitor.screenshot(view + "-" + scheme.name().toLowerCase(Locale.ROOT));
            assertAccessible(page, view + " " + scheme);
        }
        page.setViewportSize(375, 720);
        visitor.screenshot(view + "-phone");
        assertThat(page.evaluate("document.documentElement.scrollWidth"))
                .as(view)
                .isEqualTo(375);
        page.setViewportSize(1100, 760);
    }

    private static void assertAccessible(Page page, String view) {
        var found = new AxeBuilder(page)
                .setLegacyMode(true).analyze().getViolations().stream()
                        .map(rule -> rule.getId() + ": " + rule.getHelp() + " at "
                                + rule.getNodes().stream()
                                        .map(node -> node.getHtml() + " " + node.getFailureSummary())
                                        .toList())
                        .toList();
        assertThat(found).as(view).isEmpty();
    }
}
