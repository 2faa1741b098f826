package koine.protocol.http;

import java.util.function.BiFunction;
import koine.auth.SignedIn;
import koine.delivery.TypingNotices;
import koine.kernel.ChatId;
import koine.kernel.Refused;
import koine.message.Receipts;
import koine.protocol.Inputs;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Saying what one has received, has read, and is about to write.
@RestController
@RequestMapping("/chat/{id}")
class ReceiptApi {

    private final Receipts receipts;
    private final TypingNotices typing;

    ReceiptApi(Receipts receipts, TypingNotices typing) {
        this.receipts = receipts;
        this.typing = typing;
    }

    record MarkBody(@Nullable Long seq) {}

    @PostMapping("/read")
    Mono<Success> read(@AuthenticationPrincipal SignedIn me, @PathVariable String id, @RequestBody MarkBody body) {
        return mark(id, body, (chat, seq) -> receipts.read(me.account(), chat, seq));
    }

    @PostMapping("/delivered")
    Mono<Success> delivered(@AuthenticationPrincipal SignedIn me, @PathVariable String id, @RequestBody MarkBody body) {
        return mark(id, body, (chat, seq) -> receipts.delivered(me.account(), chat, seq));
    }

    @PostMapping("/typing")
    Mono<Success> typing(@AuthenticationPrincipal SignedIn me, @PathVariable String id) {
        return Mono.fromCallable(() -> Inputs.chatId(id))
                .flatMap(chat -> typing.say(me.account(), chat))
                .thenReturn(Success.DONE);
    }

    private static Mono<Success> mark(String id, MarkBody body, BiFunction<ChatId, Long, Mono<Void>> mark) {
        return Mono.defer(() -> mark.apply(Inputs.chatId(id), seq(body))).thenReturn(Success.DONE);
    }

    private static long seq(MarkBody body) {
        if (body.seq() == null) {
            throw Refused.invalid("seq", "is required");
        }
        return body.seq();
    }
}
