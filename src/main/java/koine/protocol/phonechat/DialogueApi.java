package koine.protocol.phonechat;

import koine.auth.SignedIn;
import koine.chat.ChatChanges;
import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Retention;
import koine.message.SaidReceipts;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/// Opening, looking at and deleting dialogues.
@RestController
class DialogueApi {

    private final Calls calls;
    private final People people;
    private final Chats chats;
    private final ChatChanges changes;
    private final SaidReceipts receipts;

    DialogueApi(Calls calls, People people, Chats chats, ChatChanges changes, SaidReceipts receipts) {
        this.calls = calls;
        this.people = people;
        this.chats = chats;
        this.changes = changes;
        this.receipts = receipts;
    }

    @PostMapping("/chat/special/personal")
    Mono<ResponseEntity<Answer>> open(
            ServerWebExchange exchange, @RequestBody(required = false) byte @Nullable [] body) {
        return calls.answer(exchange, body, this::open);
    }

    @DeleteMapping("/chat/special/personal")
    Mono<ResponseEntity<Answer>> delete(
            ServerWebExchange exchange, @RequestBody(required = false) byte @Nullable [] body) {
        return calls.answer(exchange, body, this::delete);
    }

    @RequestMapping(
            path = "/chat/info/personal",
            method = {RequestMethod.GET, RequestMethod.PATCH})
    Mono<ResponseEntity<Answer>> info(
            ServerWebExchange exchange, @RequestBody(required = false) byte @Nullable [] body) {
        return calls.answer(exchange, body, this::info);
    }

    private record Two(Me me, AccountId other, String from, String to) {}

    private Mono<Two> two(SignedIn who, Fields fields) {
        var from = fields.text("msg_from");
        var to = fields.text("msg_to");
        return people.me(who, from).flatMap(me -> people.other(to).map(other -> new Two(me, other, from, to)));
    }

    private Mono<Answer> open(SignedIn who, Fields fields) {
        return two(who, fields)
                .flatMap(two -> chats.createPrivate(two.me().account(), two.other(), Retention.UNTIL_DELIVERED)
                        .map(_ -> "created")
                        .onErrorResume(DialogueApi::isThere, _ -> Mono.just("returned"))
                        .map(info -> new Answer.Dialogue(two.from(), two.to(), info)));
    }

    private static boolean isThere(Throwable problem) {
        return problem instanceof Refused refused && refused.code() == ErrorCode.CHAT_EXISTS;
    }

    private Mono<Answer> delete(SignedIn who, Fields fields) {
        return two(who, fields)
                .flatMap(two -> chats.findPrivate(two.me().account(), two.other())
                        .switchIfEmpty(Mono.error(NotDone::notFound))
                        .flatMap(chat -> changes.delete(two.me().account(), chat))
                        .thenReturn(new Answer.DialogueDeleted(two.from(), two.to(), "deleted", "Chat Deleted")));
    }

    private Mono<Answer> info(SignedIn who, Fields fields) {
        return two(who, fields)
                .flatMap(two -> chats.findPrivate(two.me().account(), two.other())
                        .switchIfEmpty(Mono.error(NotDone::notFound))
                        .flatMap(chat -> receipts.last(two.other(), chat)))
                .map(said -> new Answer.LastSeen(said.receivedAt(), said.readAt(), "returned"));
    }
}
