package koine.protocol.http;

import koine.auth.MailLinks;
import koine.auth.SignedIn;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// What is done by links that come by mail.
@RestController
class MailApi {

    static final String CONFIRM = "/email/confirm";
    static final String RESET = "/password/reset";

    private final MailLinks links;

    MailApi(MailLinks links) {
        this.links = links;
    }

    record ForgotBody(@Nullable String email) {}

    record ResetBody(@Nullable String token, @Nullable String newPassword) {

        @Override
        public String toString() {
            return "ResetBody[]";
        }
    }

    @PostMapping("/user/email/confirm")
    Mono<Success> askToConfirm(@AuthenticationPrincipal SignedIn me) {
        return links.askToConfirm(me.account()).thenReturn(Success.DONE);
    }

    @GetMapping(CONFIRM)
    Mono<Success> confirm(@RequestParam(required = false) @Nullable String token) {
        return links.confirm(token).thenReturn(Success.DONE);
    }

    @PostMapping("/password/forgot")
    Mono<Success> forgot(@RequestBody ForgotBody body) {
        return links.forgot(body.email()).thenReturn(Success.DONE);
    }

    @PostMapping(RESET)
    Mono<Success> reset(@RequestBody ResetBody body) {
        return links.reset(body.token(), body.newPassword()).thenReturn(Success.DONE);
    }
}
