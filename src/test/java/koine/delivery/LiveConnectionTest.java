package koine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.kernel.SessionId;
import koine.log.HeldLog;
import koine.log.Log;
import koine.log.LogPage;
import koine.log.LogTail;
import koine.log.Message;
import koine.message.Messages;
import koine.message.SendMessage;
import koine.testing.KoineTest;
import koine.testing.People;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// With the service's own log, feed and database, and queues and pages so small that connections fall
/// behind and catch up all the time.
@KoineTest
class LiveConnectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofHours(1);
    private static final int QUEUE = 8;
    private static final int PAGE = 3;

    private final List<LiveConnection> opened = new ArrayList<>();

    @Autowired
    private ApplicationContext service;

    @Autowired
    private Log log;

    @Autowired
    private LogTail feed;

    @Autowired
    private Registry registry;

    @Autowired
    private OpenConnections connections;

    @Autowired
    private Messages messages;

    @Autowired
    private Chats chats;

    @Autowired
    private DatabaseClient database;

    private AccountId ann;
    private AccountId ben;
    private ChatId chat;

    /// The head of the log before the chat was made.
    private long start;

    @BeforeEach
    void aChatOfTwo() {
        start = head();
        ann = account("ann");
        ben = account("ben");
        chat = chatOf(ann, ben);
    }

    @AfterEach
    void close() {
        opened.forEach(LiveConnection::close);
    }

    @Test
    void follow_fromTheHead_givesWhatComes() {
        var reader = Reader.of(following(ben, head()));
        eventually().until(() -> !reader.syncedAt().isEmpty());

        var sent = send(ann, chat, 5);

        awaitPositions(reader, sent);
        assertThat(reader.taken().getFirst().isSynced()).isTrue();
    }

    @Test
    void follow_whileTooMuchWaitsForAllConnections_goesOnByReadingTheLog(@Autowired Presence presence) {
        var little = new DeliveryProperties(
                QUEUE, DataSize.ofMegabytes(1), DataSize.ofKilobytes(100), PAGE, LONG, LONG, LONG);
        var meters = new SimpleMeterRegistry();
        var crowded = new OpenConnections(presence, little, meters);
        var connection = opened(new LiveConnection(Reader.Positions.ALL, log, registry, crowded, little));
        crowded.opened(connection);
        connection.signIn(ben, new SessionId(1));
        connection.follow(head(), Reader::synced).block(PATIENCE);
        eventually().until(() -> connection.progress() == Progress.LIVE);
        var written = connection.write(new Frame(new byte[200_000])).toFuture();
        crowded.look();

        var sent = send(ann, chat, 5);

        eventually().until(() -> meters.counter("koine.delivery.overflows").count() == 1);
        var reader = Reader.of(connection);
        awaitPositions(reader, concat(List.of(0L), sent));
        assertThat(written).isDone();
    }

    @Test
    void follow_fromAnOldCursor_givesWhatWasMissedThenSyncedThenWhatComes() {
        var missed = send(ann, chat, 10);
        var connection = following(ben, missed.get(2));
        var reader = Reader.of(connection);
        eventually().until(() -> !reader.syncedAt().isEmpty());
        var upTo = head();

        var live = send(ann, chat, 4);

        awaitPositions(reader, concat(missed.subList(3, 10), live));
        assertThat(reader.taken()
                        .indexOf(new Reader.Taken(true, reader.syncedAt().getFirst())))
                .isEqualTo(7);
        assertThat(reader.syncedAt().getFirst()).isBetween(missed.getLast(), upTo);
    }

    @Test
    void follow_fromZero_givesTheChatsCreationFirst() {
        var sent = send(ann, chat, 1);

        var reader = Reader.of(following(ben, 0));

        eventually().until(() -> !reader.syncedAt().isEmpty());
        assertThat(reader.positions()).hasSize(2).endsWith(sent.getFirst());
        assertThat(reader.positions()).isEqualTo(visibleTo(ben, 0));
    }

    @Test
    void open_withoutFollowing_getsNothing() {
        var connection = open(ben, QUEUE, PAGE);
        var idle = Reader.of(connection);
        var other = Reader.of(following(ben, head()));

        awaitPositions(other, send(ann, chat, 3));

        assertThat(idle.taken()).isEmpty();
    }

    /// Six writers, four chats of which the reader is in three, and 18 connections that are opened while
    /// they write, from cursors of any age, each with a pace and a page of its own.
    @Test
    void follow_whileManyWrite_everyConnectionGetsEveryEventOnceInOrder() {
        var others = chatOf(ann, account("cyd"));
        var rooms = List.of(chat, chatOf(ann, ben, account("dan")), chatOf(ann, ben, account("eve")));
        var writing = CompletableFuture.allOf(IntStream.range(0, 6)
                .mapToObj(writer -> Flux.range(0, 150)
                        .concatMap(n -> messages.send(message(ann, n % 4 == 3 ? others : rooms.get((writer + n) % 3))))
                        .then()
                        .toFuture())
                .toArray(CompletableFuture[]::new));

        var readers = new ArrayList<Paced>();
        for (int n = 0; n < 18; n++) {
            var since = n % 2 == 0 ? head() : start + (head() - start) * (n % 7) / 7;
            var connection = open(ben, QUEUE, 1 + n % 4);
            connection.follow(since, Reader::synced).block(PATIENCE);
            readers.add(new Paced(since, Reader.of(connection, 0), n % 6));
            readers.forEach(Paced::readSome);
        }
        writing.join();
        var last = visibleTo(ben, start).getLast();

        for (var paced : readers) {
            eventually().until(() -> paced.readsUpTo(last));
            assertThat(paced.reader.positions()).isEqualTo(visibleTo(ben, paced.since));
            assertOneSyncInItsPlace(paced.reader);
        }
        assertThat(visibleTo(ben, start)).hasSizeGreaterThan(600);
    }

    @Test
    void offer_whileAPageIsOnItsWay_comesAfterIt() {
        var held = HeldLog.of(service);
        var reader = heldReader(held, head());

        var sent = send(ann, chat, PAGE - 1);
        awaitDelivered(sent);
        assertThat(reader.taken()).isEmpty();
        held.release();

        awaitPositions(reader, sent);
        assertThat(reader.syncedAt()).hasSize(1);
    }

    @Test
    void offer_whileAPageIsOnItsWay_whatIsTooMuchToKeepIsReadAfterIt() {
        var held = HeldLog.of(service);
        var reader = heldReader(held, head());

        var sent = send(ann, chat, 5 * PAGE);
        awaitDelivered(sent);
        held.release();

        awaitPositions(reader, sent);
        awaitPositions(reader, concat(sent, send(ann, chat, 2)));
        assertThat(reader.syncedAt()).hasSize(1);
    }

    @Test
    void follow_logCantBeRead_isTriedAgain() {
        var held = HeldLog.of(service);
        var sent = send(ann, chat, 2);
        held.fail(true);
        held.release();
        var reader = heldReader(held, sent.getFirst());

        eventually().until(() -> held.reads() > 1);
        assertThat(reader.taken()).isEmpty();
        held.fail(false);

        awaitPositions(reader, sent.subList(1, 2));
        awaitPositions(reader, concat(sent.subList(1, 2), send(ann, chat, 2)));
    }

    @Test
    void follow_againWhileAPageIsOnItsWay_thatPageIsPassedOver() {
        var missed = send(ann, chat, 2 * PAGE);
        var held = HeldLog.of(service);
        var connection = opened(connection(ben, held, Reader.Positions.ALL, properties(QUEUE, PAGE)));
        var reader = Reader.of(connection);
        connection.follow(start, Reader::synced).block(PATIENCE);
        eventually().until(() -> held.reads() == 1);
        var firstPage = held.holdTheNext();

        connection.follow(missed.get(3), Reader::synced).block(PATIENCE);
        eventually().until(() -> held.reads() == 2);
        firstPage.run();
        held.release();

        awaitPositions(reader, missed.subList(4, 2 * PAGE));
    }

    @Test
    void close_whileAPageIsOnItsWay_thatPageIsPassedOver() {
        var missed = send(ann, chat, PAGE);
        var held = HeldLog.of(service);
        var connection = opened(connection(ben, held, Reader.Positions.ALL, properties(QUEUE, PAGE)));
        var reader = Reader.of(connection);
        connection.follow(missed.getFirst(), Reader::synced).block(PATIENCE);
        eventually().until(() -> held.reads() == 1);

        connection.close();
        held.release();

        eventually().until(reader::isCompleted);
        assertThat(reader.taken()).isEmpty();
    }

    @Test
    void offer_readerStopped_readsTheRestFromTheLogWhenItGoesOn() {
        var reader = Reader.of(following(ben, head()), 1);
        eventually().until(() -> !reader.syncedAt().isEmpty());

        var sent = send(ann, chat, 100);
        assertThat(reader.positions()).isEmpty();
        reader.request(Long.MAX_VALUE);

        awaitPositions(reader, sent);
        var more = send(ann, chat, 5);
        awaitPositions(reader, concat(sent, more));
        assertThat(reader.syncedAt()).hasSize(1);
    }

    @Test
    void offer_readerStopsAndGoesOnAgainAndAgain_losesAndDoublesNothing() {
        var reader = Reader.of(following(ben, head()), 1);
        eventually().until(() -> !reader.syncedAt().isEmpty());
        var sent = new ArrayList<Long>();

        for (int round = 0; round < 30; round++) {
            sent.addAll(send(ann, chat, 3 + round % 20));
            reader.request(1 + round * 7 % 23);
        }
        reader.request(Long.MAX_VALUE);

        awaitPositions(reader, sent);
    }

    @Test
    void offer_readerStoppedWhileLive_queuesNoMoreThanTheQueueHolds() {
        var connection = following(ben, head());
        var reader = Reader.of(connection, 1);
        eventually().until(() -> !reader.syncedAt().isEmpty());

        var sent = send(ann, chat, 200);
        connection.close();
        reader.request(Long.MAX_VALUE);

        assertThat(reader.positions()).isEqualTo(sent.subList(0, QUEUE));
        assertThat(reader.isCompleted()).isTrue();
    }

    @Test
    void offer_readerStoppedAndLargeFrames_queuesNoMoreBytesThanAllowed() {
        var frame = Reader.event(0).size();
        var connection = opened(
                connection(ben, Reader.Positions.ALL, properties(1_000, DataSize.ofBytes(5L * frame + 1), PAGE)));
        var reader = Reader.of(connection, 1);
        connection.follow(head(), Reader::synced).block(PATIENCE);
        eventually().until(() -> !reader.syncedAt().isEmpty());

        var sent = send(ann, chat, 50);
        connection.close();
        reader.request(Long.MAX_VALUE);

        assertThat(reader.positions()).isEqualTo(sent.subList(0, 5));
    }

    @Test
    void follow_readerTakesNothing_queuesNoMoreThanHalfAndAPage() {
        var missed = send(ann, chat, 100);
        var connection = following(ben, missed.getFirst());
        var reader = Reader.of(connection, 0);
        send(ann, chat, 100);
        connection.close();
        reader.request(Long.MAX_VALUE);

        assertThat(reader.positions()).hasSizeLessThan(QUEUE / 2 + PAGE + 1);
        assertThat(reader.positions())
                .isEqualTo(missed.subList(1, 1 + reader.positions().size()));
    }

    @Test
    void follow_aSecondTime_startsAgainFromThere() {
        var missed = send(ann, chat, 10);
        var connection = following(ben, missed.getLast());
        var reader = Reader.of(connection);
        eventually().until(() -> !reader.syncedAt().isEmpty());
        var live = send(ann, chat, 3);
        awaitPositions(reader, live);

        connection.follow(missed.getFirst(), Reader::synced).block(PATIENCE);

        var again = concat(missed.subList(1, 10), live);
        awaitPositions(reader, concat(live, again));
        eventually().until(() -> reader.syncedAt().size() == 2);
        awaitPositions(reader, concat(live, again, send(ann, chat, 3)));
    }

    @Test
    void follow_againBeforeTheFirstIsThere_givesTheSecondsEventsOnceInOrder() {
        var missed = send(ann, chat, 30);
        for (int round = 0; round < 20; round++) {
            var connection = open(ben, QUEUE, PAGE);
            var reader = Reader.of(connection);

            Mono.when(
                            connection.follow(missed.get(4), Reader::synced),
                            connection.follow(missed.get(9), Reader::synced))
                    .block(PATIENCE);

            var second = visibleTo(ben, missed.get(9));
            eventually().until(() -> reader.positions().size() >= second.size());
            eventually().until(() -> !reader.syncedAt().isEmpty());
            assertThat(reader.positions()).endsWith(second.toArray(Long[]::new));
            assertThat(reader.positions().subList(0, reader.positions().size() - second.size()))
                    .isSubsetOf(visibleTo(ben, missed.get(4)));
        }
    }

    @Test
    void follow_anotherBeforeTheFirstIsSynced_tellsThatTheFirstIsReplaced() {
        var missed = send(ann, chat, 3 * QUEUE);
        var connection = open(ben, QUEUE, PAGE);
        var reader = Reader.of(connection, 0);
        connection.follow(missed.getFirst(), new Replaceable(-1)).block(PATIENCE);

        connection.follow(missed.get(2), new Replaceable(-2)).block(PATIENCE);
        reader.request(Long.MAX_VALUE);

        eventually().until(() -> !reader.syncedAt().isEmpty());
        assertThat(reader.positions()).containsOnlyOnce(-1L).doesNotContain(-2L);
        assertThat(reader.syncedAt()).hasSize(1);
    }

    /// @param mark told as a position when another takes its place
    private record Replaceable(long mark) implements Resumption {

        @Override
        public Optional<Frame> syncedAt(long position) {
            return Reader.synced(position);
        }

        @Override
        public Optional<Frame> replaced() {
            return Optional.of(Reader.event(mark));
        }
    }

    /// What was missed comes from elsewhere, and the log goes on from where that ends: events from before are not
    /// told a second time.
    @Test
    void followAfter_sendsWhatWasMissedAndThenTheLogFromThereOn() {
        var sent = send(ann, chat, 6);
        var end = sent.get(3);
        var connection = open(ben, QUEUE, 2);
        var reader = Reader.of(connection, 0);

        connection
                .followAfter((after, limit) -> log.read(after, limit).map(page -> everySecond(page, sent, end)))
                .block(PATIENCE);
        for (int n = 0; n < 20; n++) {
            reader.request(1);
        }

        var expected = List.of(sent.get(0), sent.get(2), sent.get(4), sent.get(5));
        awaitPositions(reader, expected);
        awaitPositions(reader, concat(expected, send(ann, chat, 2)));
        assertThat(reader.syncedAt()).isEmpty();
    }

    private static LogPage everySecond(LogPage page, List<Long> sent, long end) {
        var events = page.events().stream()
                .filter(event -> event.position() <= end && sent.indexOf(event.position()) % 2 == 0)
                .toList();
        return new LogPage(events, Math.min(page.upTo(), end), page.upTo() < end, 0);
    }

    @Test
    void close_whileAttaching_leavesNothingInTheRegistry() {
        var accounts = IntStream.range(0, 5).mapToObj(_ -> account("gone")).toList();
        accounts.forEach(account -> chatOf(ann, account));

        for (int round = 0; round < 100; round++) {
            var connection = open(accounts.get(round % 5), QUEUE, PAGE);
            var following = connection.follow(0, Reader::synced).toFuture();
            if (round % 3 == 0) {
                send(ann, chat, 1);
            }
            connection.close();
            assertThat(following).succeedsWithin(PATIENCE);
        }

        eventually().untilAsserted(() -> assertThat(accounts).noneMatch(this::isRegistered));
    }

    @Test
    void close_oneOfTwo_theOtherStillGetsWhatComes() {
        var one = following(ben, head());
        var other = Reader.of(following(ben, head()));
        eventually().until(() -> !other.syncedAt().isEmpty());

        one.close();
        awaitPositions(other, send(ann, chat, 3));
        assertThat(isRegistered(ben)).isTrue();
        opened.forEach(LiveConnection::close);

        eventually().until(() -> !isRegistered(ben));
    }

    @Test
    void follow_afterClose_doesNothing() {
        var connection = open(ben, QUEUE, PAGE);
        var reader = Reader.of(connection);
        connection.close();

        connection.follow(0, Reader::synced).block(PATIENCE);

        send(ann, chat, 1);
        assertThat(reader.taken()).isEmpty();
        assertThat(reader.isCompleted()).isTrue();
        assertThat(isRegistered(ben)).isFalse();
    }

    @Test
    void chatCreated_whileConnected_itsEventsCome() {
        var reader = Reader.of(following(ben, head()));
        eventually().until(() -> !reader.syncedAt().isEmpty());
        var before = head();

        var made = chatOf(ann, ben, account("fay"));
        send(ann, made, 3);

        awaitPositions(reader, visibleTo(ben, before));
        assertThat(reader.positions()).hasSize(5); // the group, its notification, and what was said
    }

    @Test
    void chatCreated_whileAttaching_itsEventsComeOnce() {
        for (int round = 0; round < 15; round++) {
            var newcomer = account("new");
            var connection = open(newcomer, QUEUE, PAGE);
            var reader = Reader.of(connection);

            var making = Mono.fromRunnable(() -> send(ann, chatOf(ann, newcomer), 2))
                    .subscribeOn(Schedulers.boundedElastic())
                    .toFuture();
            connection.follow(start, Reader::synced).block(PATIENCE);
            making.join();

            awaitPositions(reader, visibleTo(newcomer, start));
            assertThat(reader.positions()).hasSize(3);
        }
    }

    @Test
    void follow_noChatsYet_getsTheFirstOne() {
        var newcomer = account("new");
        var reader = Reader.of(following(newcomer, head()));
        eventually().until(() -> !reader.syncedAt().isEmpty());

        send(ann, chatOf(ann, newcomer), 1);

        eventually().until(() -> reader.positions().size() == 2);
    }

    @Test
    void follow_chatsOfOthers_nothingOfThemComes() {
        var stranger = account("stranger");
        var old = Reader.of(following(stranger, 0));
        send(ann, chat, 5);
        var own = chatOf(stranger, ann);
        send(stranger, own, 1);
        send(ann, chat, 5);
        send(stranger, own, 1);

        awaitPositions(old, visibleTo(stranger, 0));
        assertThat(old.positions()).hasSize(3);
        var late = Reader.of(following(stranger, 0));
        eventually().until(() -> !late.syncedAt().isEmpty());
        assertThat(late.positions()).isEqualTo(old.positions());
    }

    @Test
    void follow_joinedLater_nothingFromBeforeComes() {
        var before = send(ann, chat, 5);
        var late = account("late");
        database.sql("insert into member (chat_id, account_id, role, joined_at) values ($1, $2, 'member', $3)")
                .bind("$1", chat.value())
                .bind("$2", late.value())
                .bind("$3", before.getLast())
                .then()
                .block(PATIENCE);
        var after = send(ann, chat, 5);

        var reader = Reader.of(following(late, 0));
        eventually().until(() -> !reader.syncedAt().isEmpty());

        assertThat(reader.positions()).isEqualTo(after);
        awaitPositions(reader, concat(after, send(ann, chat, 2)));
    }

    @Test
    void deletion_isAnEventOfItsOwn() {
        var reader = Reader.of(following(ben, head()));
        eventually().until(() -> !reader.syncedAt().isEmpty());
        var sent = send(ann, chat, 1);

        messages.delete(ann, new MessageId(sent.getFirst())).block(PATIENCE);

        eventually().until(() -> reader.positions().size() == 2);
        assertThat(reader.positions()).isEqualTo(visibleTo(ben, sent.getFirst() - 1));
    }

    @Test
    void onEvents_manyConnections_eachEventIsEncodedOnce() {
        var encoded = new AtomicInteger();
        var counting = new Reader.Positions(_ -> encoded.incrementAndGet() > 0);
        var readers = Flux.just(ann, ben, ben, ben)
                .map(account -> opened(connection(account, counting, properties(100, 100))))
                .map(connection -> {
                    connection.follow(head(), Reader::synced).block(PATIENCE);
                    return Reader.of(connection);
                })
                .collectList()
                .block(PATIENCE);
        Objects.requireNonNull(readers)
                .forEach(reader -> eventually().until(() -> !reader.syncedAt().isEmpty()));

        var sent = send(ann, chat, 10);

        readers.forEach(reader -> awaitPositions(reader, sent));
        assertThat(encoded).hasValue(10);
    }

    @Test
    void frameFor_noneForAnEvent_isPassedOver() {
        var onlyEven = new Reader.Positions(position -> position % 2 == 0);
        var missed = send(ann, chat, 10);
        var connection = opened(connection(ben, onlyEven, properties(QUEUE, PAGE)));
        var reader = Reader.of(connection);
        connection.follow(missed.getFirst() - 1, Reader::synced).block(PATIENCE);
        eventually().until(() -> !reader.syncedAt().isEmpty());

        var live = send(ann, chat, 10);

        awaitPositions(
                reader,
                concat(missed, live).stream()
                        .filter(position -> position % 2 == 0)
                        .toList());
    }

    /// A reader with a pace of its own, asked to read on now and then.
    private static final class Paced {

        private final long since;
        private final Reader reader;
        private final int pace;

        Paced(long since, Reader reader, int pace) {
            this.since = since;
            this.reader = reader;
            this.pace = pace;
        }

        void readSome() {
            reader.request(
                    switch (pace) {
                        case 0 -> Long.MAX_VALUE;
                        case 1 -> 1;
                        case 2 -> PAGE;
                        case 3 -> QUEUE + 1;
                        case 4 -> 50;
                        default -> 7;
                    });
        }

        boolean readsUpTo(long last) {
            IntStream.range(0, 20).forEach(_ -> readSome());
            var positions = reader.positions();
            return !positions.isEmpty()
                    && positions.getLast() == last
                    && !reader.syncedAt().isEmpty();
        }
    }

    private static void assertOneSyncInItsPlace(Reader reader) {
        assertThat(reader.syncedAt()).hasSize(1);
        var at = reader.syncedAt().getFirst();
        var place = reader.taken().indexOf(new Reader.Taken(true, at));
        assertThat(reader.positions().subList(0, place)).allMatch(position -> position <= at);
        assertThat(reader.positions().subList(place, reader.positions().size())).allMatch(position -> position > at);
    }

    private static ConditionFactory eventually() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2));
    }

    private static DeliveryProperties properties(int queue, int page) {
        return properties(queue, DataSize.ofMegabytes(1), page);
    }

    private static DeliveryProperties properties(int queue, DataSize bytes, int page) {
        return new DeliveryProperties(queue, bytes, DataSize.ofGigabytes(1), page, LONG, LONG, LONG);
    }

    private LiveConnection connection(AccountId account, EventFrames frames, DeliveryProperties properties) {
        return connection(account, log, frames, properties);
    }

    private LiveConnection connection(AccountId account, Log from, EventFrames frames, DeliveryProperties properties) {
        var connection = new LiveConnection(frames, from, registry, connections, properties);
        connection.signIn(account, new SessionId(1));
        return connection;
    }

    /// Reads all that comes on a connection of Ben whose first page has been read from the log.
    private Reader heldReader(HeldLog held, long after) {
        var connection = opened(connection(ben, held, Reader.Positions.ALL, properties(QUEUE, PAGE)));
        var reader = Reader.of(connection);
        connection.follow(after, Reader::synced).block(PATIENCE);
        eventually().until(() -> held.reads() > 0);
        return reader;
    }

    /// Returns when the feed has told of them: the listener that a connection is told by is called before.
    private void awaitDelivered(List<Long> positions) {
        eventually().until(() -> {
            var position = new CompletableFuture<Long>();
            feed.execute(() -> position.complete(feed.position()));
            return position.join() >= positions.getLast();
        });
    }

    private LiveConnection open(AccountId account, int queue, int page) {
        return opened(connection(account, Reader.Positions.ALL, properties(queue, page)));
    }

    private LiveConnection opened(LiveConnection connection) {
        opened.add(connection);
        return connection;
    }

    private LiveConnection following(AccountId account, long after) {
        var connection = open(account, QUEUE, PAGE);
        connection.follow(after, Reader::synced).block(PATIENCE);
        return connection;
    }

    private void awaitPositions(Reader reader, List<Long> expected) {
        eventually().until(() -> reader.positions().size() >= expected.size());
        assertThat(reader.positions()).isEqualTo(expected);
    }

    private long head() {
        return Objects.requireNonNull(log.head().block(PATIENCE)).position();
    }

    private AccountId account(String prefix) {
        return new AccountId(new People(service).one(prefix).id());
    }

    private ChatId chatOf(AccountId one, AccountId other) {
        return Objects.requireNonNull(chats.createPrivate(one, other).block(PATIENCE))
                .chat()
                .id();
    }

    private ChatId chatOf(AccountId owner, AccountId... others) {
        return Objects.requireNonNull(
                        chats.createGroup(owner, "group", List.of(others)).block(PATIENCE))
                .chat()
                .id();
    }

    private static SendMessage message(AccountId author, ChatId chat) {
        return new SendMessage(author, chat, "hello", null);
    }

    /// Sends so many messages and gives their positions.
    private List<Long> send(AccountId author, ChatId chat, int count) {
        return Objects.requireNonNull(Flux.range(0, count)
                .concatMap(_ -> messages.send(message(author, chat)))
                .map(Message::id)
                .map(MessageId::value)
                .collectList()
                .block(PATIENCE));
    }

    /// What an account may see of the log, worked out another way than the log does it.
    private List<Long> visibleTo(AccountId account, long after) {
        return Objects.requireNonNull(database.sql("""
                        select id from message where id > $2 and chat_id in (select chat_id from member where account_id = $1)
                        union all
                        select position from event where position > $2
                        and (account_id = $1 or chat_id in (select chat_id from member where account_id = $1))
                        order by 1
                        """)
                .bind("$1", account.value())
                .bind("$2", after)
                .map(row -> Objects.requireNonNull(row.get(0, Long.class)))
                .all()
                .collectList()
                .block(PATIENCE));
    }

    @SafeVarargs
    private static List<Long> concat(List<Long>... parts) {
        return List.of(parts).stream().flatMap(Collection::stream).toList();
    }

    private boolean isRegistered(AccountId account) {
        return registered("users").containsKey(account)
                || registered("chats").values().stream()
                        .flatMap(audience -> ((Collection<?>) audience).stream())
                        .anyMatch(user -> ((UserSink) user).account.equals(account));
    }

    /// The registry's state, copied where alone it may be touched.
    private Map<?, ?> registered(String field) {
        var audiences = Objects.requireNonNull(ReflectionTestUtils.getField(registry, "audiences"));
        return CompletableFuture.supplyAsync(
                        () -> copy((Map<?, ?>) ReflectionTestUtils.getField(audiences, field)), feed::execute)
                .join();
    }

    private static Map<?, ?> copy(@Nullable Map<?, ?> state) {
        return Objects.requireNonNull(state).entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue() instanceof Set<?> set ? Set.copyOf(set) : entry.getValue()));
    }
}
