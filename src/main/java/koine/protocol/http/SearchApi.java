package koine.protocol.http;

import java.util.List;
import koine.auth.SignedIn;
import koine.kernel.ChatId;
import koine.log.Message;
import koine.message.Searches;
import koine.protocol.Inputs;
import koine.protocol.MessageView;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Full-text search.
@RestController
class SearchApi {

    private static final int MESSAGES = 25;
    private static final int MAX_MESSAGES = 100;

    private final Searches searches;

    SearchApi(Searches searches) {
        this.searches = searches;
    }

    /// @param next to be given as `before` for the next page; null if there is none
    record Found(List<MessageView> messages, @Nullable Long next) {

        static Found of(List<Message> page, int limit) {
            return new Found(
                    page.stream().map(MessageView::of).toList(),
                    page.size() < limit ? null : page.getLast().id().value());
        }
    }

    @GetMapping("/search")
    Mono<Found> find(
            @AuthenticationPrincipal SignedIn me,
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(name = "chat_id", required = false) @Nullable String chat,
            @RequestParam(required = false) @Nullable String before,
            @RequestParam(required = false) @Nullable String limit) {
        return Mono.defer(() -> {
            var most = Inputs.limit(limit, MESSAGES, MAX_MESSAGES);
            return searches.find(me.account(), q, chat(chat), end(before), most).map(page -> Found.of(page, most));
        });
    }

    private static @Nullable ChatId chat(@Nullable String text) {
        return text == null || text.isEmpty() ? null : Inputs.chatId(text);
    }

    private static long end(@Nullable String before) {
        return before == null || before.isEmpty() ? Long.MAX_VALUE : Inputs.messageCursor("before", before);
    }
}
