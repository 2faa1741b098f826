package koine.protocol.http;

import java.util.List;
import koine.auth.SignedIn;
import koine.chat.Members;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.protocol.ChatView;
import koine.protocol.Inputs;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Who is in a group.
@RestController
@RequestMapping("/chat/{id}")
class MembershipApi {

    private final Members members;

    MembershipApi(Members members) {
        this.members = members;
    }

    record AddBody(@Nullable List<@Nullable Long> userIds) {

        List<AccountId> accounts() {
            return Inputs.accountIds("user_ids", userIds);
        }
    }

    record RoleBody(@Nullable String role) {}

    /// A member as a path names it.
    private record Path(ChatId chat, AccountId member) {

        static Path of(String id, String userId) {
            return new Path(Inputs.chatId(id), Inputs.accountId(userId));
        }
    }

    @PostMapping("/members")
    Mono<ChatView.WithParticipants> add(
            @AuthenticationPrincipal SignedIn me, @PathVariable String id, @RequestBody AddBody body) {
        return Mono.defer(() -> members.add(me.account(), Inputs.chatId(id), body.accounts()))
                .map(ChatView.WithParticipants::of);
    }

    @DeleteMapping("/members/{userId}")
    Mono<Success> remove(@AuthenticationPrincipal SignedIn me, @PathVariable String id, @PathVariable String userId) {
        return Mono.fromCallable(() -> Path.of(id, userId))
                .flatMap(path -> members.remove(me.account(), path.chat(), path.member()))
                .thenReturn(Success.DONE);
    }

    @PatchMapping("/members/{userId}")
    Mono<ChatView.WithParticipants> changeRole(
            @AuthenticationPrincipal SignedIn me,
            @PathVariable String id,
            @PathVariable String userId,
            @RequestBody RoleBody body) {
        return Mono.fromCallable(() -> Path.of(id, userId))
                .flatMap(path -> members.changeRole(me.account(), path.chat(), path.member(), Inputs.role(body.role())))
                .map(ChatView.WithParticipants::of);
    }

    @PostMapping("/leave")
    Mono<Success> leave(@AuthenticationPrincipal SignedIn me, @PathVariable String id) {
        return Mono.fromCallable(() -> Inputs.chatId(id))
                .flatMap(chat -> members.leave(me.account(), chat))
                .thenReturn(Success.DONE);
    }
}
