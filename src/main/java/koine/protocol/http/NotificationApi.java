package koine.protocol.http;

import java.util.List;
import koine.auth.SignedIn;
import koine.notification.Notifications;
import koine.protocol.Inputs;
import koine.protocol.NotificationView;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// What one was notified of.
@RestController
@RequestMapping("/notification")
class NotificationApi {

    private static final int NOTIFICATIONS = 50;
    private static final int MAX_NOTIFICATIONS = 100;

    private final Notifications notifications;

    NotificationApi(Notifications notifications) {
        this.notifications = notifications;
    }

    record NotificationList(List<NotificationView> notifications) {}

    record ReadBody(@Nullable Long upTo) {}

    @GetMapping
    Mono<NotificationList> list(
            @AuthenticationPrincipal SignedIn me,
            @RequestParam(required = false) @Nullable String before,
            @RequestParam(required = false) @Nullable String limit) {
        return Mono.defer(() -> notifications
                .before(
                        me.account(),
                        Inputs.notificationsBefore(before),
                        Inputs.limit(limit, NOTIFICATIONS, MAX_NOTIFICATIONS))
                .map(NotificationView::of)
                .collectList()
                .map(NotificationList::new));
    }

    @PostMapping("/read")
    Mono<Success> markRead(@AuthenticationPrincipal SignedIn me, @RequestBody ReadBody body) {
        return Mono.fromCallable(() -> Inputs.notificationId("up_to", body.upTo()))
                .flatMap(upTo -> notifications.markRead(me.account(), upTo))
                .thenReturn(Success.DONE);
    }
}
