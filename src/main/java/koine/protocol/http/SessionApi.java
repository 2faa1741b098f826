package koine.protocol.http;

import java.time.Instant;
import java.util.List;
import koine.auth.Session;
import koine.auth.Sessions;
import koine.auth.SignIns;
import koine.auth.SignedIn;
import koine.kernel.SessionId;
import koine.protocol.Inputs;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// One's own signed-in devices, and the password that opens them.
@RestController
@RequestMapping("/user")
class SessionApi {

    private final Sessions sessions;
    private final SignIns signIns;

    SessionApi(Sessions sessions, SignIns signIns) {
        this.sessions = sessions;
        this.signIns = signIns;
    }

    /// @param current whether it is the one that asks
    record SessionView(
            long id,
            @Nullable String device,
            @Nullable String address,
            Instant createdAt,
            Instant lastSeenAt,
            boolean current) {

        static SessionView of(Session session, SignedIn me) {
            return new SessionView(
                    session.id().value(),
                    session.device(),
                    session.address(),
                    session.createdAt(),
                    session.lastSeenAt(),
                    session.id().equals(me.session()));
        }
    }

    record SessionList(List<SessionView> sessions) {}

    record PasswordBody(
            @Nullable String oldPassword, @Nullable String newPassword) {

        @Override
        public String toString() {
            return "PasswordBody[]";
        }
    }

    @GetMapping("/sessions")
    Mono<SessionList> list(@AuthenticationPrincipal SignedIn me) {
        return sessions.of(me.account())
                .map(session -> SessionView.of(session, me))
                .collectList()
                .map(SessionList::new);
    }

    @DeleteMapping("/sessions/{id}")
    Mono<Success> end(@AuthenticationPrincipal SignedIn me, @PathVariable String id) {
        return Mono.fromCallable(() -> new SessionId(Inputs.positive("id", id)))
                .flatMap(session -> sessions.end(me.account(), session))
                .thenReturn(Success.DONE);
    }

    @PatchMapping("/password")
    Mono<Success> changePassword(@AuthenticationPrincipal SignedIn me, @RequestBody PasswordBody body) {
        return signIns.changePassword(me, body.oldPassword(), body.newPassword())
                .thenReturn(Success.DONE);
    }
}
