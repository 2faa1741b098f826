package koine.console;

import static org.springframework.web.reactive.function.server.RequestPredicates.headers;

import java.util.List;
import koine.auth.PublicPaths;
import koine.page.StaticPages;
import koine.page.WebJars;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/// Where the console is served: its page at `/` and where mailed links lead, its files below `/console/`.
/// What it shows stands behind the `#` of the address, so there are no other paths, and none of another
/// module is in the way.
@Configuration(proxyBeanMethods = false)
class Console {

    private static final String PAGE = "/";

    /// Where links lead that choose a new password. Only a `POST` there is a call.
    private static final String RESET_PASSWORD = "/password/reset";

    /// Where links lead that confirm an address. To a browser, which says that it takes HTML, this is the page; to
    /// who does not say so it is the call.
    private static final String CONFIRM_EMAIL = "/email/confirm";

    private static final String FILES = "/console/";
    private static final String LIBRARY = FILES + "lit-html/";

    private static final List<String> NAMES = List.of(
            "icon.svg",
            "console.css",
            "conversation.css",
            "theme.js",
            "app.js",
            "client.js",
            "dialogs.js",
            "history.js",
            "icons.js",
            "media.js",
            "model.js",
            "parts.js",
            "words.js",
            "views/chats.js",
            "views/composer.js",
            "views/conversation.js",
            "views/entry.js",
            "views/frame.js",
            "views/info.js",
            "views/message.js",
            "views/people.js",
            "views/rooms.js",
            "views/search.js",
            "views/settings.js");

    /// Of the library what the modules import, and what that imports.
    private static final List<String> OF_LIBRARY = List.of(
            "lit-html.js",
            "async-directive.js",
            "directive.js",
            "directive-helpers.js",
            "directives/live.js",
            "directives/ref.js",
            "directives/repeat.js");

    /// Nothing is run or shown, and nobody talked to, but this server; `blob:` are files that were fetched
    /// from it with the token. Markup is made of templates only, by the library, which the browser enforces
    /// where it knows trusted types.
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'; trusted-types lit-html";

    @Bean
    PublicPaths consolePaths() {
        return PublicPaths.toRead(PAGE, RESET_PASSWORD, FILES + "**");
    }

    @Bean
    RouterFunction<ServerResponse> consoleRoutes() {
        var pages = new StaticPages(POLICY);
        var page = new ClassPathResource("console/index.html");
        var routes = RouterFunctions.route()
                .add(pages.file(PAGE, page))
                .add(pages.file(RESET_PASSWORD, page))
                .add(RouterFunctions.nest(headers(Console::takesHtml), pages.file(CONFIRM_EMAIL, page)));
        for (var name : NAMES) {
            routes.add(pages.file(FILES + name, new ClassPathResource("console/" + name)));
        }
        for (var name : OF_LIBRARY) {
            routes.add(pages.file(LIBRARY + name, WebJars.file("lit-html", name)));
        }
        return routes.build();
    }

    /// What is no list of media types is none of HTML: what becomes of it is for the call to say.
    private static boolean takesHtml(ServerRequest.Headers headers) {
        try {
            return headers.accept().contains(MediaType.TEXT_HTML);
        } catch (InvalidMediaTypeException _) {
            return false;
        }
    }
}
