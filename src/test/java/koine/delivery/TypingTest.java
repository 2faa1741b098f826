package koine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.limit.Limits;
import koine.log.Signal.Typing;
import koine.log.Signals;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.MutableClock;
import koine.testing.People;
import koine.testing.QuickTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

@QuickTest
class TypingTest {

    @Autowired
    private Limits limits;

    @Autowired
    private Chats chats;

    @Autowired
    private Signals signals;

    @Autowired
    private ApplicationContext context;

    @LocalServerPort
    private int port;

    private final MutableClock clock = new MutableClock(Instant.EPOCH);
    private final List<Typing> told = new CopyOnWriteArrayList<>();
    private Api api = new Api(0);
    private Api.User ann = new Api.User(0, "", "");
    private Api.User bob = new Api.User(0, "", "");
    private Api.User eve = new Api.User(0, "", "");
    private long chat;

    /// Goes on when the test says so.
    @BeforeEach
    void chat() {
        api = new Api(port);
        var people = new People(context).many("typist", 3);
        ann = people.get(0);
        bob = people.get(1);
        eve = people.get(2);
        chat = api.privateChat(ann, bob);
        signals.follow(signal -> {
            if (signal instanceof Typing typing && typing.chat().value() == chat) {
                told.add(typing);
            }
        });
    }

    @Test
    void typing_byHttpOrSocket_isToldToTheOthersOnly() {
        try (var here = EventClient.live(port, ann.token());
                var there = EventClient.live(port, bob.token());
                var stranger = EventClient.live(port, eve.token())) {
            here.send(Map.of("type", "typing", "ref", "t", "chat_id", chat));
            assertThat(here.await("ok").path("ref").stringValue()).isEqualTo("t");
            var frame = there.await("typing");
            assertThat(frame.path("user_id").longValue()).isEqualTo(ann.id());
            assertThat(frame.propertyNames()).containsExactlyInAnyOrder("type", "chat_id", "user_id");

            api.post("/chat/" + chat + "/typing", bob.token(), Map.of()).ok();
            assertThat(here.await("typing").path("user_id").longValue()).isEqualTo(bob.id());
            assertThat(there.untilPong()).noneMatch(TypingTest::isTyping);
            assertThat(stranger.untilPong()).noneMatch(TypingTest::isTyping);
        }
    }

    @Test
    void typing_isNotStored_andTakesNoPosition() {
        var before = api.get("/sync", bob.token()).ok().path("cursor").stringValue();
        api.post("/chat/" + chat + "/typing", ann.token(), Map.of()).ok();
        assertThat(told).hasSize(1);

        var page = api.get("/sync?since=" + before, bob.token()).ok();

        assertThat(page.path("events")).isEmpty();
        assertThat(page.path("cursor").stringValue()).isEqualTo(before);
    }

    @Test
    void say_againWithinTwoSeconds_isToldOnce() {
        var notices = new TypingNotices(chats, signals, clock, limits);
        say(notices, ann);
        clock.advance(Duration.ofMillis(1_999));
        say(notices, ann);
        assertThat(told).hasSize(1);

        say(notices, bob);
        assertThat(told).hasSize(2);

        clock.advance(Duration.ofMillis(1));
        say(notices, ann);
        assertThat(told).hasSize(3);
    }

    @Test
    void say_manyTimesAtOnce_isToldOnce() {
        var notices = new TypingNotices(chats, signals, clock, limits);

        Flux.range(0, 20)
                .flatMap(_ -> notices.say(new AccountId(ann.id()), new ChatId(chat)), 20)
                .blockLast(Duration.ofSeconds(20));

        assertThat(told).hasSize(1);
    }

    @Test
    void say_byAStranger_isRefusedAndNotTold() {
        var notices = new TypingNotices(chats, signals, clock, limits);
        assertThatThrownBy(() -> say(notices, eve)).hasMessageContaining("no such chat");

        var refused = api.post("/chat/" + chat + "/typing", eve.token(), Map.of());
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.code()).isEqualTo("CHAT_DOES_NOT_EXIST");
        assertThat(api.post("/chat/x/typing", eve.token(), Map.of()).code()).isEqualTo("INVALID_REQUEST");
        try (var socket = EventClient.open(port, eve.token())) {
            socket.send(Map.of("type", "typing", "chat_id", chat));
            assertThat(socket.await("error").path("code").stringValue()).isEqualTo("CHAT_DOES_NOT_EXIST");
        }
        assertThat(told).isEmpty();
    }

    private void say(TypingNotices notices, Api.User who) {
        notices.say(new AccountId(who.id()), new ChatId(chat)).block(Duration.ofSeconds(20));
    }

    private static boolean isTyping(JsonNode frame) {
        return frame.path("type").asString("").equals("typing");
    }
}
