package koine.protocol.phonechat;

import koine.page.StaticPages;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
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

    @Bean
    RouterFunction<ServerResponse> phonechatPageRoutes() {
        var pages = new StaticPages(POLICY);
        var page = new ClassPathResource("phonechat/page.html");
        var routes = RouterFunctions.route();
        for (var path : CHATS) {
            routes.add(pages.file(path, page));
        }
        return routes.add(pages.file(PAGE, page))
                .add(pages.file(PAGE + "/", page))
                .add(pages.file(MODULE, new ClassPathResource("phonechat/phonechat.mjs")))
                .add(pages.file(STYLE, new ClassPathResource("phonechat/phonechat.css")))
                .build();
    }
}
