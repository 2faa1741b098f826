package koine.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Message;
import koine.testing.Api;
import koine.testing.People;
import koine.testing.QuickTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

@QuickTest
class SentMessagesTest {

    @Autowired
    private SentMessages sent;

    @Autowired
    private ApplicationContext context;

    @LocalServerPort
    private int port;

    @Test
    void withKeys_amongThemOneThatNobodyCanHave_findsTheOthers() {
        var pair = new People(context).many("sent", 2);
        var api = new Api(port);
        var ann = pair.getFirst();
        var chat = api.privateChat(ann, pair.getLast());
        api.post("/chat/%d/message".formatted(chat), ann.token(), Map.of("contents", "hello", "key", "mine"))
                .ok();

        assertThat(found(chat, new AccountId(ann.id()), "mi\0ne", "mine"))
                .singleElement()
                .extracting(Message::contents)
                .isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "mi\0ne", "mine\uD800"})
    void withKeys_thatNobodyCanHave_findsNothing(String key) {
        assertThat(found(1, null, key)).isEmpty();
    }

    private List<Message> found(long chat, @Nullable AccountId author, String... keys) {
        return Objects.requireNonNull(sent.withKeys(new ChatId(chat), author, List.of(keys))
                .collectList()
                .block());
    }
}
