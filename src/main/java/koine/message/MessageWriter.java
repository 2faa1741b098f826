package koine.message;

import io.r2dbc.spi.R2dbcException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import koine.database.AfterAnswer;
import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.log.Log;
import koine.message.DraftQueue.Waiting;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// Group commit: while one batch is being committed the drafts that arrive are collected, and when it is done
/// all of them go in the next. Alone, a draft does not wait; under load batches grow by themselves. Between the two,
/// where each would be a batch of its own, a batch begins no sooner than `batchSpacing` after the one before: what
/// Postgres spends on a batch hardly depends on how many are in it. An author who has just been answered and is alone
/// again has nobody to wait for, and does not.
///
/// Drafts are stored in the order in which they were given, except that a key never stands twice in one batch:
/// the second one waits for the next.
@Component
class MessageWriter {

    private static final Logger log = LoggerFactory.getLogger(MessageWriter.class);

    private final BatchWriter writer;
    private final Log theLog;
    private final MessageProperties properties;
    private final Clock clock;
    private final Congestion congestion;
    private final Scheduler timer;
    private final Announcer announcer;
    private final DraftQueue queue = new DraftQueue();
    private final AtomicBoolean busy = new AtomicBoolean();

    /// When the last batch began, by the scheduler's clock; touched only while busy.
    private long begunNanos;

    /// Whose draft the last batch was, if it was one draft; touched only while busy.
    private @Nullable AccountId lastAlone;

    MessageWriter(
            BatchWriter writer,
            Log theLog,
            MessageProperties properties,
            Clock clock,
            Scheduler timer,
            AfterAnswer afterAnswer) {
        this.writer = writer;
        this.theLog = theLog;
        this.properties = properties;
        this.clock = clock;
        this.timer = timer;
        this.announcer = new Announcer(theLog, afterAnswer);
        this.congestion = new Congestion(properties.maxBatch(), properties.maxWait());
        this.begunNanos =
                timer.now(TimeUnit.NANOSECONDS) - properties.batchSpacing().toNanos();
    }

    /// Completes after the commit. The draft is written even if the caller goes away.
    ///
    /// Errors: `TOO_MANY_REQUESTS` when too many are waiting: it was not written. `UNAVAILABLE` when the
    /// database did not answer in time, which is at most twice the write timeout: it is not known whether it
    /// was, and sending again with the same key is safe.
    Mono<Outcome> write(Draft draft) {
        return Mono.create(answer -> enqueue(new Waiting(draft, answer, clock.instant(), false)));
    }

    /// How many wait for the next batch.
    int waiting() {
        return queue.size();
    }

    /// Why no more is taken at the moment; empty if it is.
    Optional<Refused> refusal() {
        return isTooMuch(queue.size()) ? Optional.of(tooMany()) : Optional.empty();
    }

    private boolean isTooMuch(int before) {
        return before >= properties.maxWaiting() || congestion.isTooMuch(before);
    }

    private static Refused tooMany() {
        return new Refused(ErrorCode.TOO_MANY_REQUESTS, "too many messages are waiting to be stored");
    }

    private void enqueue(Waiting draft) {
        if (queue.add(draft, this::isTooMuch)) {
            writeNext();
        } else {
            draft.answer().error(tooMany());
        }
    }

    private void writeNext() {
        while (hasWork() && busy.compareAndSet(false, true)) {
            if (putOff() || writeBatch()) {
                return;
            }
            busy.set(false);
        }
    }

    /// If it is too soon for a batch, it is written later, together with what has come until then; gives whether.
    private boolean putOff() {
        var nanos = begunNanos + properties.batchSpacing().toNanos() - timer.now(TimeUnit.NANOSECONDS);
        if (nanos <= 0 || queue.size() >= properties.maxBatch() || isAloneAgain()) {
            return false;
        }
        timer.schedule(this::writePutOff, nanos, TimeUnit.NANOSECONDS);
        return true;
    }

    private boolean isAloneAgain() {
        var next = queue.peek();
        return next != null && queue.size() == 1 && next.draft().author().equals(lastAlone);
    }

    private void writePutOff() {
        if (!writeBatch()) {
            busy.set(false);
            writeNext();
        }
    }

    /// Gives whether there was something to write. Behind batches that fail one after the other nobody waits for longer
    /// than for one of them.
    private boolean writeBatch() {
        var oldest = clock.instant().minus(properties.writeTimeout());
        var batch = queue.take(properties.maxBatch(), oldest, MessageWriter::unavailable);
        if (batch.isEmpty()) {
            return false;
        }
        write(batch);
        return true;
    }

    private boolean hasWork() {
        return queue.size() > 0;
    }

    private void write(List<Waiting> batch) {
        var begun = clock.instant();
        congestion.begins(batch.size());
        begunNanos = timer.now(TimeUnit.NANOSECONDS);
        lastAlone = batch.size() == 1 ? batch.getFirst().draft().author() : null;
        writer.write(batch.stream().map(Waiting::draft).toList())
                .doOnSuccess(_ -> congestion.took(batch.size(), begun, clock.instant()))
                .subscribe(outcomes -> written(batch, outcomes), problem -> notWritten(batch, problem));
    }

    /// The next batch is on its way before this one is told of.
    private void written(List<Waiting> batch, List<Outcome> outcomes) {
        busy.set(false);
        writeNext();
        announcer.announce(batch, outcomes);
    }

    private void notWritten(List<Waiting> batch, Throwable problem) {
        if (isTheBatchsFault(problem)) {
            oneByOne(batch, problem);
        } else {
            log.warn("A batch of {} messages could not be stored: {}", batch.size(), problem.toString());
            batch.forEach(MessageWriter::unavailable);
        }
        theLog.check();
        busy.set(false);
        writeNext();
    }

    private static void unavailable(Waiting draft) {
        draft.answer().error(new Refused(ErrorCode.UNAVAILABLE, "the message could not be stored; send it again"));
    }

    /// What Postgres refuses for its contents (SQLSTATE classes 22 and 23) was not committed, and only one
    /// draft need be at fault: each is tried again alone, and that one fails alone.
    private void oneByOne(List<Waiting> batch, Throwable problem) {
        if (batch.size() == 1) {
            batch.getFirst().answer().error(problem);
            return;
        }
        queue.putBack(batch.stream().map(Waiting::onItsOwn).toList());
    }

    private static boolean isTheBatchsFault(Throwable problem) {
        return problem instanceof R2dbcException refused
                && refused.getSqlState() != null
                && (refused.getSqlState().startsWith("22")
                        || refused.getSqlState().startsWith("23"));
    }
}
