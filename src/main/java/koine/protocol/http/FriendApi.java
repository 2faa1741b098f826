package koine.protocol.http;

import java.util.List;
import java.util.function.Function;
import koine.auth.SignedIn;
import koine.friend.FriendRequests;
import koine.friend.Friends;
import koine.friend.Standing;
import koine.kernel.AccountId;
import koine.log.Person;
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

/// One's friends.
@RestController
@RequestMapping("/friend")
class FriendApi {

    private static final int MAX_FRIENDS = 1_000;

    private final Friends friends;

    FriendApi(Friends friends) {
        this.friends = friends;
    }

    record FriendList(List<PersonView> friends) {}

    record RequestList(List<PersonView> incoming, List<PersonView> outgoing) {

        static RequestList of(FriendRequests requests) {
            return new RequestList(views(requests.incoming()), views(requests.outgoing()));
        }

        private static List<PersonView> views(List<Person> people) {
            return people.stream().map(PersonView::of).toList();
        }
    }

    @GetMapping
    Mono<FriendList> list(
            @AuthenticationPrincipal SignedIn me,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false) @Nullable String limit) {
        return Mono.defer(() -> friends.list(
                        me.account(), Inputs.personCursor(cursor), Inputs.limit(limit, MAX_FRIENDS, MAX_FRIENDS))
                .map(PersonView::of)
                .collectList()
                .map(FriendList::new));
    }

    @GetMapping("/requests")
    Mono<RequestList> requests(@AuthenticationPrincipal SignedIn me) {
        return friends.requests(me.account()).map(RequestList::of);
    }

    @PostMapping("/request")
    Mono<Success> request(@AuthenticationPrincipal SignedIn me, @RequestBody UserIdBody body) {
        return change(body, other -> friends.request(me.account(), other));
    }

    @PostMapping("/accept")
    Mono<Success> accept(@AuthenticationPrincipal SignedIn me, @RequestBody UserIdBody body) {
        return change(body, other -> friends.accept(me.account(), other));
    }

    @PostMapping("/deny")
    Mono<Success> deny(@AuthenticationPrincipal SignedIn me, @RequestBody UserIdBody body) {
        return change(body, other -> friends.deny(me.account(), other));
    }

    @DeleteMapping("/{userId}")
    Mono<Success> remove(@AuthenticationPrincipal SignedIn me, @PathVariable String userId) {
        return Mono.fromCallable(() -> Inputs.accountId(userId))
                .flatMap(other -> friends.remove(me.account(), other))
                .thenReturn(Success.DONE);
    }

    private static Mono<Success> change(UserIdBody body, Function<AccountId, Mono<Standing>> change) {
        return Mono.fromCallable(body::account).flatMap(change).thenReturn(Success.DONE);
    }
}
