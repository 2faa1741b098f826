package koine.protocol.http;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import koine.account.Accounts;
import koine.account.Found;
import koine.account.Profile;
import koine.auth.SignedIn;
import koine.delivery.Presence;
import koine.friend.Blocks;
import koine.kernel.AccountId;
import koine.log.Signal.PresenceChanged;
import koine.protocol.Inputs;
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
    private final Blocks blocks;
    private final Presence presence;

    PeopleApi(Accounts accounts, Blocks blocks, Presence presence) {
        this.accounts = accounts;
        this.blocks = blocks;
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

    record UserView(long id, String username) {

        static UserView of(Found found) {
            return new UserView(found.id().value(), found.username());
        }
    }

    record UserList(List<UserView> users) {}

    @GetMapping("/{id}")
    Mono<ProfileView> find(@AuthenticationPrincipal SignedIn me, @PathVariable String id) {
        return Mono.fromCallable(() -> Inputs.positive("id", id))
                .map(AccountId::new)
                .flatMap(accounts::profile)
                .zipWhen(profile -> presenceFor(me.account(), profile.id()), ProfileView::of);
    }

    @GetMapping("/search")
    Mono<UserList> search(
            @AuthenticationPrincipal SignedIn me,
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String limit) {
        return Mono.defer(() -> search(me.account(), q, Inputs.limit(limit, USERS, MAX_USERS)));
    }

    private Mono<UserList> search(AccountId me, @Nullable String q, int limit) {
        return hiddenFrom(me)
                .flatMapMany(hidden -> accounts.search(q, hidden, limit))
                .map(UserView::of)
                .collectList()
                .map(UserList::new);
    }

    /// Who is not found by this account.
    private Mono<Set<AccountId>> hiddenFrom(AccountId me) {
        return blocks.apart(me)
                .map(apart -> Stream.concat(Stream.of(me), apart.stream()).collect(Collectors.toUnmodifiableSet()));
    }

    /// How somebody is, as this account may see it.
    private Mono<PresenceChanged> presenceFor(AccountId me, AccountId other) {
        return blocks.apart(me, Set.of(other))
                .flatMap(apart ->
                        apart.isEmpty() ? presence.of(other) : Mono.just(new PresenceChanged(other, false, null)));
    }
}
