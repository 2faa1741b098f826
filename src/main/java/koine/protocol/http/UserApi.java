package koine.protocol.http;

import java.time.Instant;
import java.util.List;
import koine.account.Account;
import koine.account.Accounts;
import koine.auth.SignedIn;
import koine.chat.Chat;
import koine.chat.Chats;
import koine.protocol.ChatView;
import koine.protocol.Erasure;
import koine.protocol.Inputs;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// One's own account and chats.
@RestController
@RequestMapping("/user")
class UserApi {

    private static final int CHATS = 25;
    private static final int MAX_CHATS = 50;

    private final Accounts accounts;
    private final Chats chats;
    private final Erasure erasure;

    UserApi(Accounts accounts, Chats chats, Erasure erasure) {
        this.accounts = accounts;
        this.chats = chats;
        this.erasure = erasure;
    }

    record Me(
            long id,
            Instant createdAt,
            Instant updatedAt,
            String username,
            @Nullable String email,
            @Nullable String bio,
            boolean emailConfirmed,
            @Nullable String phone) {

        static Me of(Account account) {
            return new Me(
                    account.id().value(),
                    account.createdAt(),
                    account.updatedAt(),
                    account.username(),
                    account.email(),
                    account.bio(),
                    account.emailConfirmed(),
                    account.phone());
        }
    }

    record BioBody(@Nullable String bio) {}

    record PhoneBody(@Nullable String phone) {}

    record ErasureBody(@Nullable String password) {

        @Override
        public String toString() {
            return "ErasureBody[]";
        }
    }

    /// @param next  the cursor of the next page; null for an empty one
    /// @param count how many chats are on this page
    record ChatList(@Nullable Instant next, int count, List<ChatView> chats) {

        static ChatList of(List<Chat> page) {
            var next = page.isEmpty() ? null : page.getLast().activeAt();
            return new ChatList(
                    next, page.size(), page.stream().map(ChatView::of).toList());
        }
    }

    @GetMapping("/me")
    Mono<Me> me(@AuthenticationPrincipal SignedIn me) {
        return accounts.find(me.account()).map(Me::of);
    }

    @PatchMapping("/bio")
    Mono<Success> changeBio(@AuthenticationPrincipal SignedIn me, @RequestBody BioBody body) {
        return accounts.changeBio(me.account(), body.bio()).thenReturn(Success.DONE);
    }

    @PatchMapping("/phone")
    Mono<Success> changePhone(@AuthenticationPrincipal SignedIn me, @RequestBody PhoneBody body) {
        return accounts.changePhone(me.account(), body.phone()).thenReturn(Success.DONE);
    }

    @DeleteMapping("/me")
    Mono<Success> erase(@AuthenticationPrincipal SignedIn me, @RequestBody ErasureBody body) {
        return erasure.erase(me, body.password()).thenReturn(Success.DONE);
    }

    @GetMapping("/chats")
    Mono<ChatList> chats(
            @AuthenticationPrincipal SignedIn me,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false) @Nullable String limit) {
        return Mono.defer(() -> chats.list(me.account(), before(cursor), Inputs.limit(limit, CHATS, MAX_CHATS))
                .collectList()
                .map(ChatList::of));
    }

    private static @Nullable Instant before(@Nullable String cursor) {
        return cursor == null || cursor.isEmpty() ? null : Inputs.timeCursor(cursor);
    }
}
