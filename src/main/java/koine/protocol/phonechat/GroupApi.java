package koine.protocol.phonechat;

import koine.auth.SignedIn;
import koine.chat.ChatChanges;
import koine.chat.ChatName;
import koine.chat.Chats;
import koine.chat.CreateGroup;
import koine.kernel.ChatType;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Retention;
import koine.kernel.Text;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Making, looking at, changing and deleting groups.
@RestController
class GroupApi {

    private static final int MAX_NAME = 30;
    private static final int MAX_BIO = 80;

    private final Calls calls;
    private final People people;
    private final Chats chats;
    private final ChatChanges changes;
    private final GroupCommands commands;

    GroupApi(Calls calls, People people, Chats chats, ChatChanges changes, GroupCommands commands) {
        this.calls = calls;
        this.people = people;
        this.chats = chats;
        this.changes = changes;
        this.commands = commands;
    }

    @PostMapping("/chat/special/group")
    Mono<ResponseEntity<Answer>> create(
            ServerWebExchange exchange, @RequestBody(required = false) byte @Nullable [] body) {
        return calls.answer(exchange, body, this::create);
    }

    @PatchMapping("/chat/special/group")
    Mono<ResponseEntity<Answer>> change(
            ServerWebExchange exchange, @RequestBody(required = false) byte @Nullable [] body) {
        return calls.answer(exchange, body, this::change);
    }

    @DeleteMapping("/chat/special/group")
    Mono<ResponseEntity<Answer>> delete(
            ServerWebExchange exchange, @RequestBody(required = false) byte @Nullable [] body) {
        return calls.answer(exchange, body, this::delete);
    }

    @RequestMapping(
            path = "/chat/info/group",
            method = {RequestMethod.GET, RequestMethod.PATCH})
    Mono<ResponseEntity<Answer>> info(
            ServerWebExchange exchange, @RequestBody(required = false) byte @Nullable [] body) {
        return calls.answer(exchange, body, this::info);
    }

    /// All admins are owners, so that each of them may make others one.
    private Mono<Answer> create(SignedIn who, Fields fields) {
        var name = Text.required("name", fields.text("name"), 1, MAX_NAME);
        var bio = fields.optional("bio");
        if (bio != null) {
            Text.required("bio", bio, 0, MAX_BIO);
        }
        return people.all(fields.numbers("admin"), fields.numbers("participants"))
                .map(found ->
                        new CreateGroup(name, bio, found.admin(), found.participants(), Retention.UNTIL_DELIVERED))
                .flatMap(wish -> chats.createGroup(who.account(), wish, GroupCommands.MOST))
                .onErrorMap(GroupApi::isForbidden, _ -> GroupCommands.full())
                .flatMap(details -> people.group(details, "created"));
    }

    private Mono<Answer> change(SignedIn who, Fields fields) {
        var command = fields.text("command");
        var key = fields.text("key");
        return people.me(who, fields.text("msg_from"))
                .flatMap(me -> group(who, key).flatMap(group -> switch (command) {
                    case "add" -> commands.add(me, group.id(), fields.text("msg_to"));
                    case "remove" -> commands.remove(me, group.id(), fields.text("msg_to"));
                    case "promote" -> commands.promote(me, group.id(), fields.text("msg_to"));
                    case "leave" -> commands.leave(me, group.id());
                    default -> Mono.error(NotDone.error("Wrong Operation"));
                }));
    }

    private Mono<Answer> delete(SignedIn who, Fields fields) {
        var key = fields.text("key");
        return people.me(who, fields.text("msg_from"))
                .flatMap(_ -> group(who, key))
                .flatMap(group -> changes.delete(who.account(), group.id()))
                .onErrorMap(GroupApi::isForbidden, _ -> GroupCommands.noAdmin())
                .thenReturn(new Answer.Done("deleted", "Group Deleted"));
    }

    private Mono<Answer> info(SignedIn who, Fields fields) {
        return group(who, fields.text("grp_name"))
                .flatMap(group -> chats.find(who.account(), group.id()))
                .flatMap(details -> people.group(details, "returned"));
    }

    private Mono<ChatName> group(SignedIn who, String key) {
        return chats.withKey(who.account(), key)
                .filter(chat -> chat.type() == ChatType.GROUP)
                .switchIfEmpty(Mono.error(NotDone::notFound));
    }

    /// Whoever names somebody else in the place of themselves is refused before it comes to this.
    private static boolean isForbidden(Throwable problem) {
        return problem instanceof Refused refused && refused.code() == ErrorCode.FORBIDDEN;
    }
}
