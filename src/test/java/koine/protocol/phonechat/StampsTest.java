package koine.protocol.phonechat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;
import koine.log.Message;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StampsTest {

    private static final ChatId CHAT = new ChatId(Long.MAX_VALUE);
    private static final Instant TIME = Instant.parse("2020-11-21T16:32:17.356Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2020-11-21 16:32:17.356",
                "2020-11-21T16:32:17.356Z",
                "2020-11-21T16:32:17.356",
                "2020-11-21T22:02:17.356+05:30",
                "2020-11-21T16:32:17.356000000-00:00"
            })
    void time_anyForm_isThatMoment(String text) {
        assertThat(Stamps.time(text)).contains(TIME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2020-11-21",
                "2020-11-21 16:32",
                "2020-11-21 16:32:17Z",
                "2020-13-21 16:32:17",
                "x",
                "2020-11-21T16:32:17+99",
                "2020-11-21 16:32:17.1234567890"
            })
    void time_ofWhatIsNone_isEmpty(String text) {
        assertThat(Stamps.time(text)).isEmpty();
    }

    @Test
    void key_ofTheLongestTimestamp_isOneThatTheCoreTakes() {
        assertThat(Stamps.key(CHAT, "2020-11-21T16:32:17.123456789+05:30")).hasSizeLessThanOrEqualTo(64);
    }

    @Test
    void keys_ofATimestamp_areItselfFirstAndThenTheOtherForms() {
        assertThat(Stamps.keys(new ChatId(7), "2020-11-21T17:11:06.23Z"))
                .containsExactly(
                        "@pc:7:2020-11-21T17:11:06.23Z",
                        "@pc:7:2020-11-21 17:11:06.23",
                        "@pc:7:2020-11-21T17:11:06.23");
    }

    /// A key that only looks like one of ours, or is one of another chat, is not shown.
    @Test
    void of_messageOfAnotherProtocol_isItsMillisecond() {
        for (var key : new String[] {null, "mine", "@pc:8:2020-11-21 17:11:06", "@pc:7:<script>"}) {
            assertThat(Stamps.of(message(key))).isEqualTo("2020-11-21T16:32:17.356Z");
        }
        assertThat(Stamps.of(message("@pc:7:2020-11-21 17:11:06.23"))).isEqualTo("2020-11-21 17:11:06.23");
    }

    private static Message message(@Nullable String key) {
        return new Message(
                new MessageId(1),
                new ChatId(7),
                new AccountId(1),
                1,
                MessageKind.TEXT,
                "x",
                null,
                null,
                key,
                TIME.plusNanos(999_000),
                TIME,
                null,
                null);
    }
}
