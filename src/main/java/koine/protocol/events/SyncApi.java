package koine.protocol.events;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import koine.auth.SignedIn;
import koine.delivery.Frame;
import koine.kernel.AccountId;
import koine.kernel.Cursor;
import koine.kernel.Refused;
import koine.log.Event;
import koine.log.Head;
import koine.log.Log;
import koine.log.LogPage;
import koine.protocol.Inputs;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.util.RawValue;

/// The socket's events page by page, for clients that come by now and then.
@RestController
class SyncApi {

    private static final int EVENTS = 100;
    private static final int MAX_EVENTS = 500;

    private final Log log;
    private final NativeFrames frames;
    private final Resets resets;

    SyncApi(Log log, NativeFrames frames, Resets resets) {
        this.log = log;
        this.frames = frames;
        this.resets = resets;
    }

    /// @param events as the socket would send them
    /// @param cursor to be given as `since` next time
    /// @param more   there are more events now
    /// @param reset  what came after `since` can't be told: the first screen is to be loaded anew
    record Page(List<RawValue> events, String cursor, boolean more, boolean reset) {

        static Page reset(Head head) {
            return new Page(List.of(), head.cursor().toString(), false, true);
        }
    }

    @GetMapping("/sync")
    Mono<Page> sync(
            @AuthenticationPrincipal SignedIn me,
            @RequestParam(required = false) @Nullable String since,
            @RequestParam(required = false) @Nullable String limit) {
        return log.head()
                .flatMap(head -> {
                    var from = cursor(since).orElse(head.cursor());
                    return head.canFollow(from)
                            ? page(me.account(), from, Inputs.limit(limit, EVENTS, MAX_EVENTS), head)
                            : Mono.just(Page.reset(head));
                })
                .doOnNext(this::count);
    }

    private void count(Page page) {
        if (page.reset()) {
            resets.note();
        }
    }

    private Mono<Page> page(AccountId me, Cursor since, int limit, Head head) {
        return log.readFor(me, since.position(), limit)
                .map(page -> page.follows(since.position()) ? page(me, page, since.epoch()) : Page.reset(head));
    }

    private Page page(AccountId me, LogPage page, String epoch) {
        var events = page.events().stream()
                .flatMap(event -> json(me, event).stream())
                .toList();
        return new Page(events, new Cursor(epoch, page.upTo()).toString(), page.full(), false);
    }

    private Optional<RawValue> json(AccountId me, Event event) {
        return frames.frameFor(event, me)
                .map(Frame::bytes)
                .map(bytes -> new RawValue(new String(bytes, StandardCharsets.UTF_8)));
    }

    private static Optional<Cursor> cursor(@Nullable String since) {
        return since == null || since.isEmpty()
                ? Optional.empty()
                : Optional.of(Cursor.parse(since).orElseThrow(() -> Refused.invalid("since", "is no cursor")));
    }
}
