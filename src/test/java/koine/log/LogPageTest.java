package koine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import koine.kernel.AccountId;
import koine.kernel.NotificationType;
import koine.log.Event.Notified;
import org.junit.jupiter.api.Test;

class LogPageTest {

    @Test
    void and_twoWholePages_givesBothInTheirOrder() {
        var both = page(9, false, 1, 4, 5).and(page(9, false, 2, 3, 8), 10);

        assertThat(both).isEqualTo(page(9, false, 1, 2, 3, 4, 5, 8));
    }

    @Test
    void and_oneWithMoreBehindIt_reachesNoFurtherThanThat() {
        var both = page(5, true, 1, 4, 5).and(page(9, false, 2, 6), 10);

        assertThat(both).isEqualTo(page(5, true, 1, 2, 4, 5));
        assertThat(page(9, false, 2, 6).and(page(5, true, 1, 4, 5), 10)).isEqualTo(both);
    }

    @Test
    void and_moreThanTheLimit_reachesToTheLastThatIsGiven() {
        var both = page(9, false, 1, 4, 5).and(page(9, false, 2, 3), 3);

        assertThat(both).isEqualTo(page(3, true, 1, 2, 3));
    }

    private static LogPage page(long upTo, boolean full, long... positions) {
        return new LogPage(events(positions), upTo, full, 0);
    }

    private static List<Event> events(long... positions) {
        var ann = new AccountId(1);
        return LongStream.of(positions)
                .<Event>mapToObj(at -> new Notified(
                        at, ann, NotificationType.LIKE, new Person(ann, "ann"), null, false, Instant.EPOCH))
                .toList();
    }
}
