package koine.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import koine.database.AfterAnswer;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.log.Event;
import koine.log.Message;
import koine.log.RecordingLog;
import koine.message.DraftQueue.Waiting;
import koine.message.Outcome.NoMember;
import koine.message.Outcome.Stored;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class AnnouncerTest {

    private static final int SLICE = 64;
    private static final int MOST_LEFT = 8;

    private final RecordingLog log = RecordingLog.create();
    private final FakeLoop loop = new FakeLoop();
    private final Announcer announcer = new Announcer(log, loop);
    private final List<Long> answered = new ArrayList<>();

    @Test
    void announce_aSlice_isToldOfAtOnceTheLogFirst() {
        var toldWhenAnswered = new ArrayList<Integer>();
        var waiting = IntStream.range(0, 3)
                .mapToObj(_ -> waiting(() -> toldWhenAnswered.add(log.told().size())))
                .toList();

        announcer.announce(waiting, List.of(stored(1), new NoMember(), stored(2)));
        loop.goOn();

        assertThat(log.told()).extracting(Event::position).containsExactly(1L, 2L);
        assertThat(toldWhenAnswered).containsExactly(2, 2, 2);
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void announce_moreThanASlice_theLoopReadsInBetween() {
        announce(1, 2 * SLICE + 1);

        loop.goOn();
        assertIsToldUpTo(SLICE);
        loop.read();
        assertIsToldUpTo(2 * SLICE);
        loop.read();
        assertIsToldUpTo(2 * SLICE + 1);
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void announce_whileOthersAreStillTold_comesBehindThem() {
        announce(1, SLICE + 10);
        loop.goOn();

        announce(SLICE + 11, 5);
        loop.goOn();
        assertIsToldUpTo(SLICE);
        loop.read();
        assertIsToldUpTo(SLICE + 10);
        loop.read();

        assertIsToldUpTo(SLICE + 15);
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void announce_moreThanMayBeLeft_isToldOfBeforeTheLoopReads() {
        announce(1, (MOST_LEFT + 5) * SLICE);

        loop.goOn();

        assertIsToldUpTo(5 * SLICE);
        loop.read();
        assertIsToldUpTo(6 * SLICE);
    }

    @Test
    void announce_again_isToldOf() {
        announce(1, 1);
        loop.goOn();

        announce(2, 1);
        loop.goOn();

        assertIsToldUpTo(2);
    }

    @Test
    void announce_aFault_othersAreToldOf() {
        announcer.announce(List.of(waiting(() -> {})), new FaultyList());
        announce(2, 2 * SLICE);

        assertThatThrownBy(loop::goOn).hasMessageContaining("on purpose");
        loop.read();
        loop.read();

        assertThat(answered).hasSize(2 * SLICE);
        assertThat(loop.isIdle()).isTrue();
    }

    private void assertIsToldUpTo(long position) {
        var all = LongStream.rangeClosed(1, position).boxed().toList();
        assertThat(log.told()).extracting(Event::position).isEqualTo(all);
        assertThat(answered).isEqualTo(all);
    }

    private void announce(long from, int count) {
        var positions = LongStream.range(from, from + count).boxed().toList();
        announcer.announce(
                positions.stream()
                        .map(position -> waiting(() -> answered.add(position)))
                        .toList(),
                positions.stream().map(AnnouncerTest::stored).toList());
    }

    private static Waiting waiting(Runnable onAnswer) {
        var draft = new Draft(new AccountId(1), new ChatId(1), "hello", null, 0);
        var waiting = new ArrayList<Waiting>();
        Mono.<Outcome>create(answer -> waiting.add(new Waiting(draft, answer, Instant.EPOCH, false)))
                .subscribe(_ -> onAnswer.run());
        return waiting.getFirst();
    }

    private static Outcome stored(long position) {
        return new Stored(new Message(
                new MessageId(position),
                new ChatId(1),
                new AccountId(1),
                position,
                "hello",
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                null));
    }

    private static final class FaultyList extends AbstractList<Outcome> {

        @Override
        public Outcome get(int index) {
            throw new LinkageError("on purpose");
        }

        @Override
        public int size() {
            return 1;
        }
    }

    /// An event loop that goes on when the test says so.
    private static final class FakeLoop extends AfterAnswer {

        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private final Queue<Runnable> afterReading = new ArrayDeque<>();

        @Override
        public void run(Runnable work) {
            tasks.add(work);
        }

        @Override
        public void runAfterReading(Runnable work) {
            afterReading.add(work);
        }

        /// Does what is to be done before the loop reads.
        void goOn() {
            for (var task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }

        /// Lets the loop read, and go on.
        void read() {
            tasks.addAll(afterReading);
            afterReading.clear();
            goOn();
        }

        boolean isIdle() {
            return tasks.isEmpty() && afterReading.isEmpty();
        }
    }
}
