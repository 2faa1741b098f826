package koine.protocol.phonechat;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/// The pages on which a person tries the protocol out. Each address gives the same page, which finds out from it
/// what it is for. They come before the native calls, so that a room may be called `messages`.
@Configuration(proxyBeanMethods = false)
class Pages {

    private static final String PAGE = "/chat";
    private static final String ASSETS = "/chat/assets/";
    private static final String MODULE = ASSETS + "phonechat.mjs";
    private static final String STYLE = ASSETS + "phonechat.css";

    private static final String[] CHATS = {
        "/chat/personal/{me}/{other}",
        "/chat/personal/{me}/{other}/",
        "/chat/group/{me}/{key}",
        "/chat/group/{me}/{key}/",
        "/chat/room/{room}",
        "/chat/room/{room}/",
        "/chat/room/{me}/{room}",
        "/chat/room/{me}/{room}/"
    };

    /// All that can be read without a token.
    static final String[] PATHS = {
        PAGE, PAGE + "/", CHATS[0], CHATS[1], CHATS[2], CHATS[3], CHATS[4], CHATS[5], CHATS[6], CHATS[7], MODULE, STYLE
    };

    /// Nothing but what is served here is run, shown or talked to.
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
                    + "form-action 'none'; frame-ancestors 'none'";

    private static final MediaType HTML = MediaType.parseMediaType("text/html;charset=utf-8");
    private static final MediaType CSS = MediaType.parseMediaType("text/css;charset=utf-8");
    private static final MediaType JAVASCRIPT = MediaType.parseMediaType("text/javascript;charset=utf-8");

    @Bean
    RouterFunction<ServerResponse> phonechatPageRoutes() {
        var chats = RouterFunctions.route();
        for (var path : CHATS) {
            chats.add(file(path, "page.html", HTML));
        }
        return chats.add(file(PAGE, "page.html", HTML))
                .add(file(PAGE + "/", "page.html", HTML))
                .add(file(MODULE, "phonechat.mjs", JAVASCRIPT))
                .add(file(STYLE, "phonechat.css", CSS))
                .build();
    }

    private static RouterFunction<ServerResponse> file(String path, String name, MediaType type) {
        var file = new ClassPathResource("phonechat/" + name);
        return RouterFunctions.route(
                RequestPredicates.GET(path),
                _ -> ServerResponse.ok()
                        .contentType(type)
                        .header("Content-Security-Policy", POLICY)
                        .header("Cache-Control", "no-cache")
                        .bodyValue(file));
    }
}
