package koine.protocol.matcha;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import koine.auth.SignedIn;
import koine.chat.Chat;
import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Message;
import koine.log.Person;
import koine.message.HistoryPage;
import koine.message.Messages;
import koine.protocol.Inputs;
import koine.protocol.PlainText;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// One's chats, and what is said in them.
@RestController
@RequestMapping("/api/chats")
class MatchaChatApi {

    private static final int MESSAGES = 100;

    /// Chats are read in pages, and no more of these.
    private static final int PAGE = 200;

    private static final int MAX_PAGES = 25;

    private final Chats chats;
    private final Messages messages;

    MatchaChatApi(Chats chats, Messages messages) {
        this.chats = chats;
        this.messages = messages;
    }

    record ChatView(String chatName, long chatId) {

        static ChatView of(Chat chat, Map<ChatId, Person> partners) {
            var partner = partners.get(chat.id());
            var name = partner == null ? Objects.requireNonNullElse(chat.name(), "") : partner.username();
            return new ChatView(name, chat.id().value());
        }
    }

    /// @param messageId beyond the document, to go on from
    record MessageView(String creationDate, String text, String author, long messageId) {

        private static final DateTimeFormatter DATE =
                DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

        static MessageView of(Message message, Map<AccountId, String> authors) {
            return new MessageView(
                    DATE.format(message.createdAt()),
                    PlainText.of(message),
                    authors.getOrDefault(message.author(), ""),
                    message.id().value());
        }
    }

    /// @param partnerId null for groups
    record MessageList(List<MessageView> messages, @Nullable Long partnerId) {

        static MessageList of(HistoryPage page, @Nullable Person partner) {
            return new MessageList(
                    page.messages().stream()
                            .map(message -> MessageView.of(message, page.authors()))
                            .toList(),
                    partner == null ? null : partner.id().value());
        }
    }

    @GetMapping
    Mono<List<ChatView>> list(@AuthenticationPrincipal SignedIn me) {
        return page(me, null)
                .expand(page -> page.size() < PAGE
                        ? Mono.empty()
                        : page(me, page.getLast().activeAt()))
                .take(MAX_PAGES)
                .concatMap(page -> named(me, page))
                .flatMapIterable(page -> page)
                .collectList();
    }

    @GetMapping("/{id}")
    Mono<MessageList> find(
            @AuthenticationPrincipal SignedIn me,
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String before) {
        return Mono.fromCallable(() -> Inputs.chatId(id)).flatMap(chat -> find(me.account(), chat, cursor(before)));
    }

    private Mono<MessageList> find(AccountId me, ChatId chat, long before) {
        return messages.before(me, chat, before, MESSAGES)
                .zipWith(
                        chats.partners(me, List.of(chat)),
                        (page, partners) -> MessageList.of(page, partners.get(chat)));
    }

    private static long cursor(@Nullable String before) {
        return before == null || before.isEmpty() ? Long.MAX_VALUE : Inputs.messageCursor("before", before);
    }

    private Mono<List<Chat>> page(SignedIn me, @Nullable Instant before) {
        return chats.list(me.account(), before, PAGE).collectList();
    }

    private Mono<List<ChatView>> named(SignedIn me, List<Chat> page) {
        return chats.partners(me.account(), page.stream().map(Chat::id).toList())
                .map(partners ->
                        page.stream().map(chat -> ChatView.of(chat, partners)).toList());
    }
}
