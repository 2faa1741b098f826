package koine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import koine.chat.Chats;
import koine.chat.Members;
import koine.friend.Blocks;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.kernel.Role;
import koine.message.Messages;
import koine.message.SendMessage;
import koine.testing.Api;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Mono;

@KoineTest
class NothingMissedTest {

    private static final int ALL = 1_000;

    @Autowired
    private ApplicationContext service;

    @Autowired
    private Log log;

    @Autowired
    private LogStore store;

    @Autowired
    private Chats chats;

    @Autowired
    private Members members;

    @Autowired
    private Messages messages;

    @Autowired
    private Blocks blocks;

    private AccountId one;
    private AccountId other;
    private AccountId stranger;
    private ChatId chat;
    private long before;

    @BeforeEach
    void somebody() {
        var people = new People(service)
                .many("missing", 3).stream()
                        .map(Api.User::id)
                        .map(AccountId::new)
                        .toList();
        one = people.get(0);
        other = people.get(1);
        stranger = people.get(2);
        chat = result(chats.createGroup(one, "people", List.of(other))).chat().id();
        before = head();
    }

    @Test
    void nothingFor_atTheHead_isAPageThatReachesIt() {
        var page = result(store.nothingFor(one, before));

        assertThat(page.events()).isEmpty();
        assertThat(page.full()).isFalse();
        assertThat(page.upTo()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void nothingFor_othersHaveTalkedMeanwhile_isAPageThatReachesTheHead() {
        send(one);

        var page = result(store.nothingFor(stranger, before));

        assertThat(page.upTo()).isGreaterThan(before);
        assertThat(page).isEqualTo(new LogPage(List.of(), page.upTo(), false, page.trimmed()));
    }

    @Test
    void nothingFor_aMessageWasSent_isEmptyForEveryMember() {
        send(one);

        assertThat(List.of(one, other)).allMatch(member -> hasMissed(member, before));
    }

    @Test
    void nothingFor_somethingHappenedToTheChat_isEmptyForEveryMember() {
        members.changeRole(one, chat, other, Role.ADMIN).block();

        assertThat(List.of(one, other)).allMatch(member -> hasMissed(member, before));
        assertThat(hasMissed(stranger, before)).isFalse();
    }

    @Test
    void nothingFor_somethingHappenedToTheAccountItself_isEmptyForItOnly() {
        blocks.block(stranger, one).block();

        assertThat(hasMissed(stranger, before)).isTrue();
        assertThat(hasMissed(other, before)).isFalse();
    }

    @Test
    void nothingFor_oneWasRemoved_isEmptyForThem() {
        members.remove(one, chat, other).block();

        assertThat(hasMissed(other, before)).isTrue();
    }

    @Test
    void nothingFor_oneHasJoinedAChatWithAPast_isEmptyUntilTheyHaveSeenThemselvesJoin() {
        send(one);
        members.add(one, chat, List.of(stranger)).block();
        var joined = head();

        assertThat(hasMissed(stranger, before)).isTrue();
        assertThat(hasMissed(stranger, joined)).isFalse();
    }

    /// Whatever happened, from wherever one comes back: nobody is told that they have missed nothing who has.
    @Test
    void readFirstFor_fromEveryPosition_isWhatThePageSays() {
        var first = send(one);
        members.add(one, chat, List.of(stranger)).block();
        send(stranger);
        messages.delete(one, first).block();
        blocks.block(other, stranger).block();
        members.remove(one, chat, stranger).block();
        send(other);
        members.leave(other, chat).block();

        for (var reader : List.of(one, other, stranger)) {
            LongStream.rangeClosed(before - 2, head())
                    .forEach(after -> assertThat(result(log.readFirstFor(reader, after, ALL)))
                            .as("%s after %d", reader, after)
                            .usingRecursiveComparison()
                            .ignoringFields("upTo")
                            .isEqualTo(result(log.readFor(reader, after, ALL))));
        }
    }

    private boolean hasMissed(AccountId account, long since) {
        return store.nothingFor(account, since).blockOptional().isEmpty();
    }

    private MessageId send(AccountId author) {
        return result(messages.send(new SendMessage(author, chat, "hello", null)))
                .id();
    }

    private long head() {
        return result(log.head()).position();
    }

    private static <T> T result(Mono<T> mono) {
        return Objects.requireNonNull(mono.block());
    }
}
