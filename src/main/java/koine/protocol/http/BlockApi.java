package koine.protocol.http;

import java.util.List;
import koine.auth.SignedIn;
import koine.friend.Blocks;
import koine.protocol.Inputs;
import koine.protocol.PersonView;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Whom one blocks.
@RestController
@RequestMapping("/block")
class BlockApi {

    private static final int MAX_BLOCKED = 1_000;

    private final Blocks blocks;

    BlockApi(Blocks blocks) {
        this.blocks = blocks;
    }

    record BlockList(List<PersonView> blocked) {}

    @GetMapping
    Mono<BlockList> list(
            @AuthenticationPrincipal SignedIn me,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false) @Nullable String limit) {
        return Mono.defer(() -> blocks.list(
                        me.account(), Inputs.personCursor(cursor), Inputs.limit(limit, MAX_BLOCKED, MAX_BLOCKED))
                .map(PersonView::of)
                .collectList()
                .map(BlockList::new));
    }

    @PostMapping
    Mono<Success> block(@AuthenticationPrincipal SignedIn me, @RequestBody UserIdBody body) {
        return Mono.fromCallable(body::account)
                .flatMap(other -> blocks.block(me.account(), other))
                .thenReturn(Success.DONE);
    }

    @DeleteMapping("/{userId}")
    Mono<Success> unblock(@AuthenticationPrincipal SignedIn me, @PathVariable String userId) {
        return Mono.fromCallable(() -> Inputs.accountId(userId))
                .flatMap(other -> blocks.unblock(me.account(), other))
                .thenReturn(Success.DONE);
    }
}
