package koine.protocol.http;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import koine.auth.SignedIn;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.Refused;
import koine.message.HistoryPage;
import koine.message.Messages;
import koine.message.SendMessage;
import koine.protocol.Inputs;
import koine.protocol.MessageView;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Sending, reading, editing and deleting messages.
@RestController
class MessageApi {

    private static final int MESSAGES = 50;
    private static final int MAX_MESSAGES = 100;
    private static final String LATEST = "latest";

    private final Messages messages;

    MessageApi(Messages messages) {
        this.messages = messages;
    }

    record SendBody(
            @Nullable String contents,
            @Nullable String kind,
            @Nullable Long mediaId,
            @Nullable Long replyTo,
            @Nullable String key) {

        SendMessage from(AccountId me, ChatId chat, @Nullable String keyInHeader) {
            if (key != null && keyInHeader != null && !key.equals(keyInHeader)) {
                throw Refused.invalid("key", "differs from the header Idempotency-Key");
            }
            var body = Inputs.messageBody(kind, contents, mediaId, replyTo);
            return new SendMessage(me, chat, body, key == null ? keyInHeader : key);
        }
    }

    record EditBody(@Nullable String contents) {}

    record Author(long id, String username) {}

    /// @param count how many messages are on this page
    record History(int count, List<Author> authors, List<MessageView> messages) {

        static History of(HistoryPage page) {
            var messages = page.messages().stream().map(MessageView::of).toList();
            return new History(messages.size(), authors(page.authors()), messages);
        }

        private static List<Author> authors(Map<AccountId, String> authors) {
            return authors.entrySet().stream()
                    .map(author -> new Author(author.getKey().value(), author.getValue()))
                    .sorted(Comparator.comparingLong(Author::id))
                    .toList();
        }
    }

    @PostMapping("/chat/{id}/message")
    Mono<MessageView> send(
            @AuthenticationPrincipal SignedIn me,
            @PathVariable String id,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestBody SendBody body) {
        return Mono.fromCallable(() -> body.from(me.account(), Inputs.chatId(id), key))
                .flatMap(messages::send)
                .map(MessageView::of);
    }

    @GetMapping("/chat/{id}/messages")
    Mono<History> history(
            @AuthenticationPrincipal SignedIn me,
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false) @Nullable String before,
            @RequestParam(required = false) @Nullable String limit) {
        return Mono.defer(() -> page(
                        me.account(), Inputs.chatId(id), cursor, before, Inputs.limit(limit, MESSAGES, MAX_MESSAGES)))
                .map(History::of);
    }

    @PatchMapping("/message/{id}")
    Mono<MessageView> edit(@AuthenticationPrincipal SignedIn me, @PathVariable String id, @RequestBody EditBody body) {
        return Mono.fromCallable(() -> Inputs.messageId(id))
                .flatMap(message -> messages.edit(me.account(), message, body.contents()))
                .map(MessageView::of);
    }

    @DeleteMapping("/message/{id}")
    Mono<Success> delete(@AuthenticationPrincipal SignedIn me, @PathVariable String id) {
        return Mono.fromCallable(() -> Inputs.messageId(id))
                .flatMap(message -> messages.delete(me.account(), message))
                .thenReturn(Success.DONE);
    }

    private Mono<HistoryPage> page(
            AccountId me, ChatId chat, @Nullable String cursor, @Nullable String before, int limit) {
        if (before == null || before.isEmpty()) {
            var after = cursor == null || cursor.isEmpty() ? 0 : Inputs.messageCursor("cursor", cursor);
            return messages.after(me, chat, after, limit);
        }
        if (cursor != null && !cursor.isEmpty()) {
            return Mono.error(Refused.invalid("before", "can't be used together with cursor"));
        }
        var end = before.equals(LATEST) ? Long.MAX_VALUE : Inputs.messageCursor("before", before);
        return messages.before(me, chat, end, limit);
    }
}
