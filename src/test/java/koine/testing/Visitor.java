package koine.testing;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Somebody at the console in a browser of their own. Finds what there is as a screen reader does, by role and name.
public final class Visitor implements AutoCloseable {

    /// How long something may take to be seen, in milliseconds.
    static final double PATIENCE = 20_000;

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final BrowserContext context;
    private final Page page;
    private final List<String> problems = new ArrayList<>();
    private String name = "";

    Visitor(BrowserContext context) {
        this.context = context;
        context.setDefaultTimeout(PATIENCE);
        context.onWebError(error -> problems.add(error.error()));
        context.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                problems.add(message.text());
            }
        });
        this.page = context.newPage();
    }

    public Page page() {
        return page;
    }

    /// The username; empty for who has none yet.
    public String name() {
        return name;
    }

    /// Makes an account on the page for that, under a name that nobody has yet; the password is `secret`.
    public Visitor registers(String prefix, String email) {
        at("/#/register");
        name = prefix + "-" + System.nanoTime();
        field("Name").fill(name);
        page.getByLabel("Password").fill("secret");
        page.getByLabel("E-mail address").fill(email);
        button("Make an account").click();
        waitsFor("No chats yet");
        return this;
    }

    /// Opens a path of the service.
    public Visitor at(String path) {
        page.navigate(path);
        return this;
    }

    /// As if they had signed in at this browser before.
    public Visitor as(Api.User user) {
        name = user.username();
        var session = """
                {"access_token":"%s","refresh_token":"none","renew_at":%d,"user":{"id":%d,"username":"%s"}}\
                """.formatted(user.token(), Long.MAX_VALUE / 4096, user.id(), user.username());
        context.addInitScript("""
                if (!sessionStorage.getItem("koine.test")) {
                  sessionStorage.setItem("koine.test", "begun");
                  localStorage.setItem("koine.session", %s);
                }
                """.formatted("'" + session + "'"));
        return this;
    }

    public Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new GetByRoleOptions().setName(name).setExact(true));
    }

    public Locator field(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }

    /// What stands among the messages.
    public Locator said(String text) {
        return page.locator("#messages .message").filter(new Locator.FilterOptions().setHasText(text));
    }

    public Locator inList(String text) {
        return page.locator(".chats a").filter(new Locator.FilterOptions().setHasText(text));
    }

    /// Writes into the open chat and sends it.
    public Visitor says(String text) {
        field("Message").fill(text);
        page.keyboard().press("Enter");
        return this;
    }

    /// Opens the menu of a message and takes one of its items.
    public Visitor chooses(String item, Locator message) {
        message.hover();
        message.getByRole(AriaRole.BUTTON).last().click();
        page.getByRole(AriaRole.MENUITEM, new GetByRoleOptions().setName(item).setExact(true))
                .click();
        return this;
    }

    public void waitsFor(String text) {
        page.getByText(text).first().waitFor();
    }

    /// For waiting until something is not there any more.
    public static Locator.WaitForOptions gone() {
        return new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED);
    }

    /// Keeps what is seen as `target/screenshots/<name>.png`.
    public void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    /// What the browser complained of so far, a violation of the page's policy for instance, but for what is expected.
    public List<String> problems(String... expected) {
        return problems.stream()
                .filter(problem -> List.of(expected).stream()
                        .noneMatch(one -> Pattern.compile(one).matcher(problem).find()))
                .toList();
    }

    @Override
    public void close() {
        context.close();
    }
}
