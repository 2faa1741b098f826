package koine.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import koine.kernel.AccountId;
import koine.kernel.NotificationType;
import koine.log.Event;
import koine.log.Event.FriendRequested;
import koine.log.Log;
import koine.log.Person;
import koine.log.Written;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/// That a notification is there exactly when its fact is, and that there are not too many.
@KoineTest
class NotifierTest {

    @Autowired
    private ApplicationContext context;

    @Autowired
    private NotificationStore store;

    @Autowired
    private Notifications notifications;

    @Autowired
    private TransactionalOperator transaction;

    @Autowired
    private Log log;

    private AccountId me = new AccountId(0);
    private Person other = new Person(me, "");

    @BeforeEach
    void people() {
        var people = new People(context).many("noted", 2);
        me = new AccountId(people.get(0).id());
        other = new Person(new AccountId(people.get(1).id()), people.get(1).username());
    }

    @Test
    void write_ofAFact_storesTheNotificationAtTheNextPosition() {
        var position = Objects.requireNonNull(
                log.write(positions -> Mono.just(asked(positions.next()))).block());

        assertThat(mine()).singleElement().satisfies(one -> assertThat(one.id()).isEqualTo(position + 1));
        assertThat(events(position - 1)).hasSize(2).allMatch(event -> event instanceof Event.ToAccount);
    }

    /// The database refuses the second event, which is at the position of the first.
    @Test
    void write_thatFails_leavesNoNotification() {
        var head = Objects.requireNonNull(log.head().block()).position();

        assertThatThrownBy(() -> log.write(positions -> {
                            var position = positions.next();
                            var twice = List.of(
                                    asked(position).events().getFirst(),
                                    asked(position).events().getFirst());
                            return Mono.just(new Written<>(true, twice));
                        })
                        .block())
                .isNotNull();

        assertThat(mine()).isEmpty();
        assertThat(events(head)).isEmpty();
    }

    @Test
    void insert_tooMany_removesTheOldest() {
        insert(1, 3);
        insert(2, 3);
        insert(3, 3);
        assertThat(mine()).extracting(Notification::id).containsExactly(3L, 2L, 1L);

        insert(4, 3);
        insert(5, 3);
        assertThat(mine()).extracting(Notification::id).containsExactly(5L, 4L, 3L);
    }

    @Test
    void insert_afterTheBoundWasLowered_reachesIt() {
        IntStream.rangeClosed(1, 5).forEach(id -> insert(id, 5));
        insert(6, 2);
        insert(7, 2);
        insert(8, 2);
        insert(9, 2);

        assertThat(mine()).extracting(Notification::id).containsExactly(9L, 8L);
    }

    @Test
    void insert_ofSomebodyElse_removesNothingOfMine() {
        insert(1, 1);
        var theirs = new Draft(other.id(), NotificationType.FRIEND_REQUEST, other, null);
        store.insert(List.of(new NotificationStore.Placed(2, theirs)), 1).block();
        store.insert(List.of(new NotificationStore.Placed(3, theirs)), 1).block();

        assertThat(mine()).extracting(Notification::id).containsExactly(1L);
    }

    private void insert(long id, int maxKept) {
        var draft = new Draft(me, NotificationType.FRIEND_REQUEST, other, null);
        transaction
                .transactional(store.insert(List.of(new NotificationStore.Placed(id, draft)), maxKept))
                .block();
    }

    private Written<Long> asked(long position) {
        return new Written<>(position, List.of(new FriendRequested(position, me, other)));
    }

    private List<Notification> mine() {
        return Objects.requireNonNull(
                notifications.before(me, Long.MAX_VALUE, 100).collectList().block());
    }

    private List<Event> events(long after) {
        return Objects.requireNonNull(log.readFor(me, after, 100).block()).events();
    }
}
