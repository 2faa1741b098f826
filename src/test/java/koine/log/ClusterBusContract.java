package koine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.log.Event.InChat;
import koine.log.Event.MessageDeleted;
import koine.log.Signal.Typing;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// What a server's own feed and its own listeners see must not depend on how it tells other servers.
interface ClusterBusContract {

    /// The log of a service whose bus is under test.
    Log log();

    LogTail feed();

    Signals signals();

    @Test
    default void write_eventsOfManyAtOnce_reachTheOwnFeedOnceAndInOrder() {
        var seen = new CopyOnWriteArrayList<Event>();
        feed().started().block();
        feed().follow(events -> seen.addAll(deletionsIn(CHAT, events)));

        var written = Flux.range(0, 40)
                .flatMap(i -> log().write(positions -> deletions(positions, 1 + i % 3)), 8)
                .collectList()
                .blockOptional()
                .orElseThrow();

        var positions = written.stream().flatMap(List::stream).sorted().toList();
        await().atMost(LIMIT).until(() -> seen.size() >= positions.size());
        assertThat(seen.stream().map(Event::position)).isEqualTo(positions).hasSize(79);
    }

    @Test
    default void write_changeThatFails_announcesNothingAndTakesNoPosition() {
        var seen = new CopyOnWriteArrayList<Event>();
        feed().started().block();
        feed().follow(events -> seen.addAll(deletionsIn(OTHER_CHAT, events)));

        var failing = log().write(positions -> Mono.<Written<Object>>error(
                new IllegalStateException("undone at " + positions.next() + positions.next())));
        assertThatThrownBy(failing::block).hasMessageContaining("undone");
        var after = log().write(positions -> {
                    var position = positions.next();
                    return Mono.just(new Written<>(position, List.<Event>of(deletion(OTHER_CHAT, position))));
                })
                .blockOptional()
                .orElseThrow();

        await().atMost(LIMIT).until(() -> !seen.isEmpty());
        assertThat(seen).extracting(Event::position).containsExactly(after);
    }

    @Test
    default void send_signals_areHeardHereOnceEachAndInOrder() {
        var heard = new CopyOnWriteArrayList<Signal>();
        var mine = new AccountId(SIGNALLER);
        signals().follow(signal -> {
            if (signal instanceof Typing typing && typing.account().equals(mine)) {
                heard.add(signal);
            }
        });

        var sent = LongStream.rangeClosed(1, 50)
                .<Signal>mapToObj(chat -> new Typing(new ChatId(chat), mine))
                .toList();
        sent.forEach(signals()::send);
        feed().execute(() -> {});

        await().atMost(LIMIT).until(() -> heard.size() >= sent.size());
        assertThat(heard).isEqualTo(sent);
    }

    Duration LIMIT = Duration.ofSeconds(15);
    ChatId CHAT = new ChatId(1_000_001);
    ChatId OTHER_CHAT = new ChatId(1_000_002);
    long SIGNALLER = 999_999_999L;

    private static Mono<Written<List<Long>>> deletions(Positions positions, int count) {
        var events = new ArrayList<Event>();
        for (int i = 0; i < count; i++) {
            events.add(deletion(CHAT, positions.next()));
        }
        return Mono.just(new Written<>(events.stream().map(Event::position).toList(), events));
    }

    private static Event deletion(ChatId chat, long position) {
        return new MessageDeleted(position, chat, new MessageId(position), 1);
    }

    private static List<Event> deletionsIn(ChatId chat, List<Event> events) {
        return events.stream()
                .filter(event -> event instanceof InChat in && in.chat().equals(chat))
                .toList();
    }
}
