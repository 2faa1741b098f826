package koine.protocol.http;

import java.util.List;
import koine.auth.SignedIn;
import koine.chat.ChangeChat;
import koine.chat.ChatChanges;
import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.protocol.ChatView;
import koine.protocol.Inputs;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Making, looking at, changing and deleting chats.
@RestController
@RequestMapping("/chat")
class ChatApi {

    private final Chats chats;
    private final ChatChanges changes;

    ChatApi(Chats chats, ChatChanges changes) {
        this.chats = chats;
        this.changes = changes;
    }

    record PrivateBody(@Nullable Long withUserId, @Nullable String retention) {

        AccountId other() {
            return Inputs.accountId("with_user_id", withUserId);
        }
    }

    record GroupBody(
            @Nullable List<@Nullable Long> withIds,
            @Nullable String name,
            @Nullable String retention) {

        List<AccountId> others() {
            return Inputs.accountIds("with_ids", withIds);
        }
    }

    record ChangeBody(@Nullable String name, @Nullable String bio) {}

    @PostMapping("/private/create")
    Mono<ChatView.WithParticipants> createPrivate(@AuthenticationPrincipal SignedIn me, @RequestBody PrivateBody body) {
        return Mono.defer(() -> chats.createPrivate(me.account(), body.other(), Inputs.retention(body.retention())))
                .map(ChatView.WithParticipants::of);
    }

    @PostMapping("/group/create")
    Mono<ChatView.WithParticipants> createGroup(@AuthenticationPrincipal SignedIn me, @RequestBody GroupBody body) {
        return Mono.defer(() ->
                        chats.createGroup(me.account(), body.name(), body.others(), Inputs.retention(body.retention())))
                .map(ChatView.WithParticipants::of);
    }

    @PatchMapping("/{id}")
    Mono<ChatView.WithParticipants> change(
            @AuthenticationPrincipal SignedIn me, @PathVariable String id, @RequestBody ChangeBody body) {
        return Mono.defer(
                        () -> changes.change(me.account(), Inputs.chatId(id), new ChangeChat(body.name(), body.bio())))
                .map(ChatView.WithParticipants::of);
    }

    @DeleteMapping("/{id}")
    Mono<Success> delete(@AuthenticationPrincipal SignedIn me, @PathVariable String id) {
        return Mono.fromCallable(() -> Inputs.chatId(id))
                .flatMap(chat -> changes.delete(me.account(), chat))
                .thenReturn(Success.DONE);
    }

    @GetMapping("/{id}")
    Mono<ChatView.WithParticipants> find(@AuthenticationPrincipal SignedIn me, @PathVariable String id) {
        return Mono.fromCallable(() -> Inputs.chatId(id))
                .flatMap(chat -> chats.find(me.account(), chat))
                .map(ChatView.WithParticipants::of);
    }
}
