package koine.notification;

import java.util.List;
import java.util.Map;
import koine.account.Accounts;
import koine.friend.Blocks;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.log.Event;
import koine.log.Log;
import koine.log.Person;
import koine.log.Positions;
import koine.log.Written;
import koine.notification.NotificationStore.Placed;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// What people have others notified of by their own will.
@Service
public class Gestures {

    private final RegardStore regards;
    private final NotificationStore store;
    private final Accounts accounts;
    private final Blocks blocks;
    private final Log log;
    private final NotificationProperties properties;

    Gestures(
            RegardStore regards,
            NotificationStore store,
            Accounts accounts,
            Blocks blocks,
            Log log,
            NotificationProperties properties) {
        this.regards = regards;
        this.store = store;
        this.accounts = accounts;
        this.blocks = blocks;
        this.log = log;
        this.properties = properties;
    }

    /// Notifies somebody, and completes when that is stored. A like of two who like one another is mutual. A
    /// second [Gesture#FAKE] by the same about the same changes nothing.
    ///
    /// Errors: `INVALID_REQUEST` for oneself; `USER_NOT_EXISTS`; `BLOCKED`; `TOO_MANY_REQUESTS` for one who has
    /// said something of as many as one may.
    public Mono<Void> make(AccountId me, AccountId other, Gesture gesture) {
        return refuseIfMyself(me, other)
                .then(Mono.defer(() -> refuseIfFull(me, gesture)))
                .then(Mono.defer(() -> log.<Boolean>write(positions -> blocks.refuseIfApart(me, List.of(other))
                        .then(accounts.usernames(List.of(me, other)))
                        .map(names -> whoIsThere(me, other, names))
                        .flatMap(from -> regards.note(me, other, gesture)
                                .flatMap(noted -> tell(from, other, gesture, noted, positions))))))
                .then();
    }

    private static Mono<Void> refuseIfMyself(AccountId me, AccountId other) {
        return me.equals(other) ? Mono.error(Refused.invalid("user_id", "must be somebody else's")) : Mono.empty();
    }

    /// Before the clock is taken: counting takes longer than it shall be held.
    private Mono<Void> refuseIfFull(AccountId me, Gesture gesture) {
        return switch (gesture) {
            case HISTORY, DISLIKE -> Mono.empty();
            case LIKE, FAKE ->
                regards.count(me)
                        .filter(count -> count >= properties.maxRegards())
                        .flatMap(_ -> Mono.error(new Refused(
                                ErrorCode.TOO_MANY_REQUESTS,
                                "no more than %d users can be liked or called fakes"
                                        .formatted(properties.maxRegards()))));
        };
    }

    private static Person whoIsThere(AccountId me, AccountId other, Map<AccountId, String> names) {
        var name = names.get(me);
        if (name == null) {
            throw new Refused(ErrorCode.NOT_AUTHENTICATED, "this account is no longer there");
        }
        if (!names.containsKey(other)) {
            throw new Refused(ErrorCode.USER_NOT_EXISTS, "there is no user " + other.value());
        }
        return new Person(me, name);
    }

    private Mono<Written<Boolean>> tell(
            Person from, AccountId other, Gesture gesture, RegardStore.Noted noted, Positions positions) {
        if (gesture == Gesture.FAKE && !noted.isNew()) {
            return Mono.just(Written.nothing(false));
        }
        var mutual = gesture == Gesture.LIKE && noted.likedBack();
        var placed = new Placed(positions.next(), new Draft(other, gesture.type(), from, null, mutual));
        return store.insert(List.of(placed), properties.maxKept())
                .map(at -> new Written<>(true, List.<Event>of(placed.at(at))));
    }
}
