package koine.protocol.matcha;

import java.util.List;
import koine.auth.SignedIn;
import koine.friend.Contact;
import koine.friend.People;
import koine.protocol.Inputs;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Who there is.
@RestController
@RequestMapping("/api/users")
class MatchaUserApi {

    private static final int USERS = 100;
    private static final int MAX_USERS = 500;

    private final People people;

    MatchaUserApi(People people) {
        this.people = people;
    }

    /// @param email null for those whose address one may not see, or who have none
    record UserView(long userId, String login, @Nullable String email) {

        static UserView of(Contact contact) {
            return new UserView(contact.id().value(), contact.username(), contact.email());
        }
    }

    @GetMapping
    Mono<List<UserView>> list(
            @AuthenticationPrincipal SignedIn me,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String after) {
        return Mono.defer(() -> people.contacts(
                        me.account(),
                        after == null || after.isEmpty() ? 0 : Inputs.messageCursor("after", after),
                        Inputs.limit(limit, USERS, MAX_USERS))
                .map(UserView::of)
                .collectList());
    }

    @GetMapping("/{id}")
    Mono<UserView> find(@AuthenticationPrincipal SignedIn me, @PathVariable String id) {
        return Mono.fromCallable(() -> Inputs.accountId(id))
                .flatMap(user -> people.contact(me.account(), user))
                .map(UserView::of);
    }
}
