package koine.protocol.http;

import java.time.Instant;
import java.util.List;
import koine.account.Accounts;
import koine.account.Profile;
import koine.auth.SignedIn;
import koine.delivery.Presence;
import koine.friend.People;
import koine.kernel.AccountId;
import koine.log.Signal.PresenceChanged;
import koine.protocol.Inputs;
import koine.protocol.PersonView;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/// Looking at others and for them.
@RestController
@RequestMapping("/user")
class PeopleApi {

    private static final int USERS = 20;
    private static final int MAX_USERS = 50;

    private final Accounts accounts;
    private final People people;
    private final Presence presence;

    PeopleApi(Accounts accounts, People people, Presence presence) {
        this.accounts = accounts;
        this.people = people;
        this.presence = presence;
    }

    /// @param lastActive when they last came or went; null for somebody who never came
    record ProfileView(
            long id,
            String username,
            @Nullable String bio,
            boolean online,
            @Nullable Instant lastActive) {

        static ProfileView of(Profile profile, PresenceChanged presence) {
            return new ProfileView(
                    profile.id().value(), profile.username(), profile.bio(), presence.online(), presence.lastActive());
        }
    }

    record UserList(List<PersonView> users) {}

    @GetMapping("/{id}")
    Mono<ProfileView> find(@AuthenticationPrincipal SignedIn me, @PathVariable String id) {
        return Mono.fromCallable(() -> Inputs.positive("id", id))
                .map(AccountId::new)
                .flatMap(accounts::profile)
                .zipWhen(profile -> presence.of(me.account(), profile.id()), ProfileView::of);
    }

    @GetMapping("/search")
    Mono<UserList> search(
            @AuthenticationPrincipal SignedIn me,
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String limit) {
        return Mono.defer(() -> people.search(me.account(), q, Inputs.limit(limit, USERS, MAX_USERS))
                .map(PersonView::of)
                .collectList()
                .map(UserList::new));
    }
}
