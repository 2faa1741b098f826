package koine.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CongestionTest {

    private static final int BATCH = 100;
    private static final Duration MOST = Duration.ofMillis(50);

    private final Congestion congestion = new Congestion(BATCH, MOST);
    private Instant now = Instant.EPOCH;

    @Test
    void nextBatch_howeverSlow_takesWhatFits() {
        batch(1, Duration.ofSeconds(10));
        batch(BATCH, Duration.ofSeconds(10));

        assertThat(congestion.isTooMuch(BATCH - 1)).isFalse();
        assertThat(congestion.isTooMuch(BATCH)).isTrue();
    }

    @Test
    void burst_ofAFewBatches_mayWaitForAsLongAsAllowed() {
        for (int i = 0; i < 100; i++) {
            batch(BATCH / 2, Duration.ofMillis(10));
        }
        batch(BATCH, Duration.ofMillis(10));

        assertThat(congestion.isTooMuch(3 * BATCH)).isFalse();
        assertThat(congestion.isTooMuch(5 * BATCH)).isTrue();
    }

    @Test
    void burst_afterSmallBatches_isTakenToBeAsSlowAsLargeOnesWere() {
        batch(BATCH, Duration.ofMillis(40));
        batches(100, 1, Duration.ofMillis(1));

        assertThat(congestion.isTooMuch(BATCH)).isTrue();
        assertThat(congestion.isTooMuch(BATCH - 1))
                .as("what fits into the next")
                .isFalse();

        batches(4, BATCH / 2, Duration.ofMillis(10));
        assertThat(congestion.isTooMuch(2 * BATCH)).as("since they got quicker").isFalse();
    }

    @Test
    void queue_thatStands_isNotAddedToUntilABatchHasRoom() {
        batches(100, 1, Duration.ofMillis(8));
        batches(4, BATCH, Duration.ofMillis(10));
        assertThat(congestion.isTooMuch(BATCH)).as("after 40 ms").isFalse();

        batch(BATCH, Duration.ofMillis(10));
        assertThat(congestion.isTooMuch(BATCH)).as("after 50 ms").isTrue();
        assertThat(congestion.isTooMuch(BATCH - 1))
                .as("what fits into the next")
                .isFalse();

        batch(BATCH - 1, Duration.ofMillis(10));
        assertThat(congestion.isTooMuch(BATCH)).as("after one with room").isFalse();
    }

    @Test
    void queue_thatStands_isAQuarterOfABatchUntilOneHasRoom() {
        batches(100, 1, Duration.ofMillis(1));
        batches(20, BATCH, Duration.ofMillis(10));
        assertThat(congestion.isTooMuch(BATCH / 4)).isTrue();
        assertThat(congestion.isTooMuch(BATCH / 4 - 1)).isFalse();

        batches(20, BATCH / 4, Duration.ofMillis(5));
        assertThat(congestion.isTooMuch(BATCH / 4)).as("that is a full one now").isTrue();

        batch(BATCH / 4 - 1, Duration.ofMillis(5));
        assertThat(congestion.isTooMuch(BATCH)).as("after one with room").isFalse();
    }

    @Test
    void queue_behindAFullBatchThatWillTakeLong_isAQuarterOfABatch() {
        batches(100, 1, Duration.ofMillis(1));
        batch(BATCH, Duration.ofMillis(60));
        batch(1, Duration.ofMillis(1));

        congestion.begins(BATCH - 1);
        assertThat(congestion.isTooMuch(BATCH - 1)).as("behind one with room").isFalse();

        congestion.begins(BATCH);
        assertThat(congestion.isTooMuch(BATCH / 4)).isTrue();
        assertThat(congestion.isTooMuch(BATCH / 4 - 1)).isFalse();

        congestion.took(BATCH, now, now.plusMillis(40));
        assertThat(congestion.isTooMuch(BATCH - 1)).as("it did not take long").isFalse();
    }

    @Test
    void queue_afterTwoFullBatches_standsThoughTheSecondWasSmaller() {
        batches(100, 1, Duration.ofMillis(1));
        batch(BATCH, Duration.ofMillis(60));
        batch(1, Duration.ofMillis(1));
        batch(BATCH, Duration.ofMillis(45));

        congestion.begins(BATCH / 4);
        congestion.took(BATCH / 4, now, now.plusMillis(10));

        assertThat(congestion.isTooMuch(BATCH / 4)).isTrue();
    }

    @Test
    void queue_thatStandsBeforeBatchesThatTakeLongByThemselves_isAsLongAsABatch() {
        batches(100, 1, Duration.ofMillis(40));
        batches(100, BATCH, Duration.ofMillis(50));

        assertThat(congestion.isTooMuch(BATCH)).isTrue();
        assertThat(congestion.isTooMuch(BATCH - 1)).isFalse();
    }

    private void batches(int count, int messages, Duration time) {
        for (int i = 0; i < count; i++) {
            batch(messages, time);
        }
    }

    private void batch(int messages, Duration time) {
        congestion.begins(messages);
        congestion.took(messages, now, now.plus(time));
        now = now.plus(time);
    }
}
