package koine.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import koine.testing.Api;
import koine.testing.Chromium;
import koine.testing.Images;
import koine.testing.KoineTest;
import koine.testing.People;
import koine.testing.Visitor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/// The console as people use it, in a real browser. No test may leave an error in the browser's console, as a
/// violation of the page's policy would.
@KoineTest
@ExtendWith(OutputCaptureExtension.class)
class ConsoleTest {

    private static Chromium chromium;

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext service;

    private final List<Visitor> visitors = new ArrayList<>();
    private int resumes;

    @BeforeAll
    static void start() {
        chromium = Chromium.start();
    }

    @AfterAll
    static void stop() {
        chromium.close();
    }

    @AfterEach
    void noProblems() {
        var problems = visitors.stream()
                .flatMap(visitor -> visitor.problems("status of 40[013]").stream())
                .toList();
        visitors.forEach(Visitor::close);
        assertThat(problems).isEmpty();
    }

    @Test
    void people_whoRegister_findOneAnotherAndTalk() {
        var ada = registered("ada");
        var bob = registered("bob");
        var bobsName = bob.name();

        ada.button("New chat").first().click();
        ada.field("Find somebody by name").fill(bobsName);
        ada.button("Write to " + bobsName).click();
        ada.says("<img src=x onerror=alert(1)><script>alert(2)</script>");
        bob.inList("<script>alert(2)").waitFor();
        assertThat(bob.inList(ada.name()).locator(".badge").innerText()).startsWith("1");
        ada.said("alert(1)").locator(".tick.delivered").waitFor();
        bob.inList(ada.name()).click();
        ada.said("alert(1)").locator(".tick.read").waitFor();
        assertThat(bob.said("alert(1)").locator(".text").innerText())
                .isEqualTo("<img src=x onerror=alert(1)><script>alert(2)</script>");
        assertThat(bob.page().locator("#messages img, #messages script").count())
                .isZero();

        bob.field("Message").fill("So");
        ada.page().locator(".typing").getByText("is writing").waitFor();
        bob.chooses("Reply", bob.said("alert(1)")).says("Nice try");
        assertThat(ada.said("Nice try").locator(".quote").innerText()).contains("<img src=x");

        bob.chooses("Edit", bob.said("Nice try")).says("Nice try, Ada");
        ada.said("Nice try, Ada").getByText("edited").waitFor();
        bob.chooses("Delete", bob.said("Nice try, Ada"));
        bob.button("Delete").click();
        ada.said("Nice try").waitFor(Visitor.gone());
        PlaywrightAssertions.assertThat(bob.said("Nice try")).hasCount(0);
    }

    @Test
    void files_chosen_arePreviewedUploadedAndShown() {
        var pair = talking();
        var ada = pair.getFirst();
        var bob = pair.getLast();

        choose(ada, "harbour.png", "image/png", Images.png(400, 300));
        ada.page().locator(".preview img").waitFor();
        ada.says("The harbour");
        bob.said("The harbour").locator("img").waitFor();
        bob.said("The harbour").getByRole(AriaRole.BUTTON).first().click();
        bob.page().locator("dialog img.large").waitFor();
        bob.page().keyboard().press("Escape");
        bob.page().locator("dialog").waitFor(Visitor.gone());

        choose(ada, "cards & <b>mill.txt", "text/plain", "1, 1, 2, 3".getBytes(UTF_8));
        ada.button("Send").click();
        var file = bob.said("cards & <b>mill.txt").locator("button.file");
        var download = bob.page().waitForDownload(file::click);
        assertThat(download.path()).hasContent("1, 1, 2, 3");
    }

    @Test
    void upload_onItsWay_showsHowFarItIsAndCanBeCancelled() {
        var ada = talking().getFirst();
        ada.page().route("**/media", _ -> {}); // it stays on its way

        choose(ada, "slow.png", "image/png", Images.png(200, 100));
        ada.button("Send").click();

        ada.page().getByRole(AriaRole.PROGRESSBAR).waitFor();
        ada.screenshot("upload");
        ada.button("Cancel the upload").click();
        ada.page().locator(".preview").waitFor(Visitor.gone());
        assertThat(ada.page().locator("#messages .picture").count()).isZero();
    }

    @Test
    void friends_askedAndAccepted_areSeenByBothAndCanBeInAGroup() {
        var people = people().many("friend", 2);
        var ada = visitor(people.getFirst(), "/#/people");
        var bob = visitor(people.getLast(), "/#/people");
        var adasName = people.getFirst().username();
        var bobsName = people.getLast().username();

        ada.field("Find somebody by name").fill(bobsName);
        ada.button("Ask %s to be friends".formatted(bobsName)).click();
        bob.button("Accept " + adasName).click();
        ada.button("Remove " + bobsName).waitFor();
        bob.button("Remove " + adasName).waitFor();
        ada.page()
                .getByLabel("Friends", new Page.GetByLabelOptions().setExact(true))
                .getByText("online")
                .waitFor();

        ada.button("New group").click();
        ada.field("Name").fill("Engine room");
        ada.page().getByRole(AriaRole.CHECKBOX).check();
        ada.button("Open the group").click();
        ada.says("All here?");
        bob.inList("Engine room").getByText(adasName + ": All here?").waitFor();

        bob.button("Remove " + adasName).click();
        bob.button("End it").click();
        ada.at("/#/people").waitsFor("No friends yet");
    }

    @Test
    void rooms_openedByOne_areFoundJoinedAndLeftByAnother() {
        var people = people().many("room", 2);
        var ada = visitor(people.getFirst(), "/#/rooms");
        var bob = visitor(people.getLast(), "/#/rooms");
        var name = "Difference engines " + people.getFirst().id();

        ada.button("New room").first().click();
        ada.field("Name").fill(name);
        ada.button("Open the room").click();
        ada.says("Cogs and columns");
        bob.field("Find a room by name").fill(name);
        bob.button("Join " + name).click();
        bob.said("Cogs and columns").waitFor();
        ada.page().locator(".about").getByText("2 members").waitFor();

        bob.page().getByLabel("Members and settings").click();
        bob.button("Leave").click();
        bob.page().locator("dialog").getByRole(AriaRole.BUTTON).last().click();
        bob.waitsFor("No chats yet");
        ada.page().locator(".about").getByText("1 member").waitFor();
    }

    @Test
    void history_ofManyMessages_isReadBackwardsAndSearched() {
        var people = people().many("long", 2);
        var api = new Api(port);
        var chat = api.privateChat(people.getFirst(), people.getLast());
        for (int i = 1; i <= 120; i++) {
            say(api, chat, people.getFirst(), "line no" + i);
        }
        var bob = visitor(people.getLast(), "/#/chats");
        assertThat(bob.inList("line no120").locator(".badge").innerText()).startsWith("120");

        bob.inList("line no120").click();
        bob.said("line no120").waitFor();
        bob.page().locator("#messages .new").waitFor();
        bob.inList("line no120").locator(".badge").waitFor(Visitor.gone());
        await().until(() -> unread(api, people.getLast()) == 0); // or all of them would be shown once more
        bob.page().reload();
        bob.said("line no120").waitFor();
        assertThat(bob.said("line no60").count()).isZero();
        bob.page().locator("#messages").evaluate("element => element.scrollTop = 0");
        bob.said("line no60").waitFor();
        assertThat(bob.said("line no120").count()).isOne();

        bob.at("/#/search");
        bob.page().getByRole(AriaRole.SEARCHBOX).fill("no3");
        bob.page().keyboard().press("Enter");
        bob.page().locator("main .excerpt").click();
        bob.page().locator("#messages .found").getByText("line no3").waitFor();
    }

    /// As after a backup was restored: the cursor is of another log.
    @Test
    void reset_ofTheLog_loadsEverythingAnewAndSaysSo() {
        var pair = people().many("reset", 2);
        var api = new Api(port);
        var chat = api.privateChat(pair.getFirst(), pair.getLast());
        say(api, chat, pair.getLast(), "Before");
        var ada = stranger().as(pair.getFirst());
        ada.page().routeWebSocket("**/ws", socket -> {
            var server = socket.connectToServer();
            socket.onMessage(frame -> server.send(fromAnotherLog(frame.text())));
        });

        ada.at("/#/chat/" + chat);

        ada.waitsFor("everything was loaded anew");
        ada.said("Before").waitFor();
        say(api, chat, pair.getLast(), "After");
        ada.said("After").waitFor();
        assertThat(ada.said("Before").count()).isOne();
    }

    private static long unread(Api api, Api.User who) {
        return api.get("/user/chats", who.token())
                .ok()
                .path("chats")
                .path(0)
                .path("unread")
                .longValue();
    }

    /// The first `resume` with a cursor that this log does not know.
    private String fromAnotherLog(String frame) {
        return resumes++ == 0 ? frame.replaceFirst("\"since\":\"[^\"]+\"", "\"since\":\"00000000-1\"") : frame;
    }

    private static void say(Api api, long chat, Api.User who, String text) {
        api.post("/chat/%d/message".formatted(chat), who.token(), Map.of("contents", text))
                .ok();
    }

    @Test
    void devices_oneSignedOutFromAnother_isToldAndShowsNothingMore() {
        var one = registered("two-devices");
        var other = stranger().at("/");
        other.field("Name or e-mail address").fill(one.name());
        other.field("Password").fill("wrong");
        other.button("Sign in").click();
        other.waitsFor("That name and password don't go together.");
        other.field("Password").fill("secret");
        other.button("Sign in").click();
        other.waitsFor("No chats yet");

        one.at("/#/settings");
        one.button("Sign out Chrome on Linux").click();

        other.waitsFor("This device was signed out.");
        other.field("Password").waitFor();
        assertThat(other.page().evaluate("localStorage.getItem('koine.session')"))
                .isNull();
        one.waitsFor("This one");
    }

    @Test
    void links_fromLetters_confirmTheAddressAndSetThePassword(CapturedOutput output) {
        var address = "mail-" + System.nanoTime() + "@example.com";
        var ada = stranger().registers("mail", address);
        ada.at("/#/settings").button("Confirm it").click();
        ada.waitsFor("A link is on its way");
        ada.at(link(output, "/email/confirm"));
        ada.waitsFor("It is confirmed.");

        ada.at("/#/settings").waitsFor(address);
        PlaywrightAssertions.assertThat(ada.button("Confirm it")).hasCount(0);

        var bob = stranger().at("/#/forgot");
        bob.field("E-mail address").fill(address);
        bob.button("Send the link").click();
        bob.waitsFor("Look into your mail");
        bob.at(link(output, "/password/reset"));
        assertThat(bob.page().url()).endsWith("/").doesNotContain("token");
        bob.page().getByLabel("New password").fill("another secret");
        bob.button("Set the password").click();
        bob.waitsFor("The password is set.");
        bob.field("Name or e-mail address").fill(ada.name());
        bob.field("Password").fill("another secret");
        bob.button("Sign in").click();
        bob.waitsFor("No chats yet");
        ada.waitsFor("This device was signed out.");
    }

    @Test
    void keyboard_alone_isEnough() {
        var ada = talking().getFirst();
        ada.says("Frist");
        ada.said("Frist").locator(".tick.delivered, .tick.read").waitFor();

        ada.page().keyboard().press("ArrowUp");
        PlaywrightAssertions.assertThat(ada.field("Message")).hasValue("Frist");
        ada.field("Message").fill("First");
        ada.page().keyboard().press("Enter");
        ada.said("First").waitFor();

        ada.said("First").locator(".doings").focus();
        ada.page().keyboard().press("Enter");
        ada.page().getByRole(AriaRole.MENU).waitFor();
        ada.page().keyboard().press("ArrowUp");
        PlaywrightAssertions.assertThat(ada.page().getByRole(AriaRole.MENUITEM).last())
                .isFocused();
        ada.page().keyboard().press("Escape");
        PlaywrightAssertions.assertThat(ada.said("First").locator(".doings")).isFocused();
    }

    @Test
    void theme_chosen_isKept() {
        var ada = visitor(people().one("dark"), "/#/settings");

        ada.field("Dark").check();
        ada.page().reload();

        ada.waitsFor("Appearance");
        assertThat(ada.page().evaluate("getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(16, 23, 24)");
    }

    private String address() {
        return "http://localhost:" + port;
    }

    private People people() {
        return new People(service);
    }

    private Visitor stranger() {
        var visitor = chromium.visitor(address());
        visitors.add(visitor);
        return visitor;
    }

    private Visitor registered(String prefix) {
        return stranger().registers(prefix, "");
    }

    private Visitor visitor(Api.User user, String path) {
        return stranger().as(user).at(path);
    }

    /// Two people who look at the chat of the two of them.
    private List<Visitor> talking() {
        var pair = people().many("talker", 2);
        var chat = new Api(port).privateChat(pair.getFirst(), pair.getLast());
        var both = pair.stream().map(one -> visitor(one, "/#/chat/" + chat)).toList();
        both.forEach(one -> one.waitsFor("Nothing said yet"));
        both.forEach(one -> one.page().locator(".about").getByText("online").waitFor());
        return both;
    }

    private static void choose(Visitor visitor, String name, String type, byte[] contents) {
        visitor.page().locator("input[type=file]").setInputFiles(new FilePayload(name, type, contents));
    }

    /// The path of the letter's link that was written into the log last.
    private static String link(CapturedOutput output, String path) {
        var found = Pattern.compile(Pattern.quote(path) + "\\?token=[A-Za-z0-9._-]+")
                .matcher(output.getAll())
                .results()
                .map(MatchResult::group)
                .toList();
        return found.getLast();
    }
}
