package koine.protocol.phonechat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import koine.auth.SignedIn;
import koine.delivery.Presence;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Who is there, and which calls there are.
@RestController
class InfoApi {

    private static final Answer SPECIAL = new Answer.Index(Map.of(
            "/chat/special/personal", List.of("POST", "DELETE"),
            "/chat/special/group", List.of("POST", "PATCH", "DELETE"),
            "/chat/special/room", List.of("POST", "PATCH")));

    private static final Answer INFO = new Answer.Index(Map.of(
            "/chat/info/personal", List.of("GET", "PATCH"),
            "/chat/info/group", List.of("GET", "PATCH"),
            "/chat/info/room", List.of("GET", "PATCH"),
            "/chat/info/active", List.of("GET", "PATCH", "PUT")));

    private static final Set<String> COMMANDS = Set.of("activate", "deactivate");

    private final Calls calls;
    private final People people;
    private final Presence presence;

    InfoApi(Calls calls, People people, Presence presence) {
        this.calls = calls;
        this.people = people;
        this.presence = presence;
    }

    @GetMapping("/chat/special")
    Mono<ResponseEntity<Answer>> special(ServerWebExchange exchange) {
        return calls.answer(exchange, null, (_, _) -> Mono.just(SPECIAL));
    }

    @GetMapping("/chat/info")
    Mono<ResponseEntity<Answer>> info(ServerWebExchange exchange) {
        return calls.answer(exchange, null, (_, _) -> Mono.just(INFO));
    }

    @RequestMapping(
            path = "/chat/info/active",
            method = {RequestMethod.GET, RequestMethod.PATCH})
    Mono<ResponseEntity<Answer>> active(
            ServerWebExchange exchange, @RequestBody(required = false) byte @Nullable [] body) {
        return calls.answer(exchange, body, this::active);
    }

    @PutMapping("/chat/info/active")
    Mono<ResponseEntity<Answer>> declare(
            ServerWebExchange exchange, @RequestBody(required = false) byte @Nullable [] body) {
        return calls.answer(exchange, body, this::declare);
    }

    private Mono<Answer> active(SignedIn who, Fields fields) {
        return people.other(fields.text("user_num"))
                .flatMap(other -> presence.of(who.account(), other))
                .map(found -> new Answer.Active("found", found.online(), found.lastActive()));
    }

    /// The time that a client gives is looked at, and that of the server is kept.
    private Mono<Answer> declare(SignedIn who, Fields fields) {
        var command = fields.text("command");
        if (!COMMANDS.contains(command)) {
            throw Fields.invalid("command", "must be activate or deactivate");
        }
        var last = fields.optional("last_active");
        if (last != null && Stamps.time(last).isEmpty()) {
            throw Fields.invalid("last_active", "must be a date and time");
        }
        return people.me(who, fields.text("user_num"))
                .flatMap(me -> presence.declare(me.account(), command.equals("activate")))
                .thenReturn(new Answer.Done("updated", "Active Data Has been updated"));
    }
}
