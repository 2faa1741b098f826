package koine.friend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.limit.Limits;
import koine.log.Log;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Mono;

/// Here nobody has more than two friends, requests or blocks.
@KoineTest
class FriendLimitsTest {

    @Autowired
    private Limits limits;

    @Autowired
    private ApplicationContext context;

    @Autowired
    private FriendshipStore friendships;

    @Autowired
    private BlockStore store;

    @Autowired
    private Pairs pairs;

    @Autowired
    private Blocks generous;

    @Autowired
    private Log log;

    private List<AccountId> people = List.of();

    @BeforeEach
    void people() {
        people = new People(context)
                .many("limited", 5).stream()
                        .map(user -> new AccountId(user.id()))
                        .toList();
    }

    @Test
    void request_tooManyOfOnesOwn_isRefusedAndRepeatingIsNot() {
        friends().request(someone(0), someone(1)).block();
        friends().request(someone(0), someone(2)).block();

        assertTooMany(friends().request(someone(0), someone(3)));
        assertThat(friends().request(someone(0), someone(1)).block()).isEqualTo(Standing.ASKED);
        assertThat(friends().requests(someone(3)).block()).isEqualTo(new FriendRequests(List.of(), List.of()));
    }

    @Test
    void request_tooManyToOnePerson_isRefused() {
        friends().request(someone(1), someone(0)).block();
        friends().request(someone(2), someone(0)).block();

        assertTooMany(friends().request(someone(3), someone(0)));
        friends().deny(someone(0), someone(1)).block();
        assertThat(friends().request(someone(3), someone(0)).block()).isEqualTo(Standing.NONE);
    }

    @Test
    void accept_tooManyFriends_isRefusedAndTheRequestStays() {
        for (int i = 1; i <= 2; i++) {
            friends().request(someone(i), someone(0)).block();
            friends().accept(someone(0), someone(i)).block();
        }
        friends().request(someone(3), someone(0)).block();

        assertTooMany(friends().accept(someone(0), someone(3)));
        assertTooMany(friends().request(someone(0), someone(3)));
        assertThat(friendships.standing(someone(0), someone(3)).block()).isEqualTo(Standing.WAS_ASKED);
        friends().remove(someone(0), someone(1)).block();
        assertThat(friends().accept(someone(0), someone(3)).block()).isEqualTo(Standing.WAS_ASKED);
    }

    @Test
    void block_tooMany_isRefused() {
        var blocks = new Blocks(store, friendships, pairs, List.of(), log, new FriendProperties(2, 2, 2));
        blocks.block(someone(0), someone(1)).block();
        blocks.block(someone(0), someone(2)).block();

        assertTooMany(blocks.block(someone(0), someone(3)));
        blocks.unblock(someone(0), someone(1)).block();
        blocks.block(someone(0), someone(3)).block();
        assertThat(blocks.apart(someone(0), people).block()).containsExactlyInAnyOrder(someone(2), someone(3));
    }

    private Friends friends() {
        return new Friends(friendships, generous, pairs, log, new FriendProperties(2, 2, 2), limits);
    }

    private AccountId someone(int i) {
        return people.get(i);
    }

    private static void assertTooMany(Mono<?> change) {
        assertThatThrownBy(change::block)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS));
    }
}
