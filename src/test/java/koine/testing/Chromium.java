package koine.testing;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Playwright.CreateOptions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// The Chromium that is installed on this machine, driven by Playwright, which downloads none. For one thread only.
public final class Chromium implements AutoCloseable {

    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /// @throws AssertionError if there is none
    public static Chromium start() {
        var executable = executable();
        var playwright = Playwright.create(new CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        PlaywrightAssertions.setDefaultAssertionTimeout(Visitor.PATIENCE);
        // as root in a container there is no sandbox to be had
        var options = new LaunchOptions().setExecutablePath(executable).setArgs(List.of("--no-sandbox"));
        return new Chromium(playwright, playwright.chromium().launch(options));
    }

    private static Path executable() {
        var path = Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator);
        return NAMES.stream()
                .flatMap(name -> Stream.of(path).map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("This test runs the console in a browser, and needs Chromium on "
                        + "the PATH. On Debian and Ubuntu: apt-get install chromium; elsewhere Google Chrome does as "
                        + "well. Looked for: " + NAMES));
    }

    /// Somebody with a browser of their own, which remembers nothing yet.
    ///
    /// @param service the address of the service, without a slash at its end
    public Visitor visitor(String service) {
        return new Visitor(browser.newContext(
                new NewContextOptions().setBaseURL(service).setLocale("en-GB").setViewportSize(1100, 760)));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
