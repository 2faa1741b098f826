package koine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MediaId;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;
import koine.kernel.SessionId;
import koine.log.Event.MessageSent;
import koine.log.Signal.PresenceChanged;
import koine.log.Signal.ReceiptMoved;
import koine.log.Signal.SessionEnded;
import koine.log.Signal.Typing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

class NotificationsTest {

    private final Notifications notifications = new Notifications();

    static Stream<Signal> signals() {
        var chat = new ChatId(Long.MAX_VALUE);
        var account = new AccountId(2);
        return Stream.of(
                new ReceiptMoved(chat, account, 3, 4),
                new Typing(chat, account),
                new PresenceChanged(account, true, Instant.parse("2026-01-02T03:04:05.678901Z")),
                new PresenceChanged(account, false, null),
                new SessionEnded(account, new SessionId(5)));
    }

    @ParameterizedTest
    @MethodSource("signals")
    void readSignal_asWritten_isTheSame(Signal signal) {
        assertThat(notifications.readSignal(notifications.signal("a", signal)))
                .containsExactly(new Notifications.Heard("a", signal));
    }

    @Test
    void readSignal_ofAKindThatIsNotKnown_isNothing() {
        assertThat(notifications.readSignal("{\"server\":\"a\",\"type\":\"from.the.future\",\"account\":1}"))
                .isEmpty();
    }

    @Test
    void readHint_asWritten_hasTheHeadAndNoEvents() {
        var hint = notifications.readHint(notifications.hint("a", 17));

        assertThat(hint.server()).isEqualTo("a");
        assertThat(hint.head()).isEqualTo(17);
        assertThat(hint.events()).isEmpty();
    }

    @Test
    void readHint_withMessages_givesEachItsOwnMicrosecond() {
        var hint = notifications.readHint("""
                {"server":"a","head":8,"at":1700000000123456,"new":true,"messages":[[7,1,2,3,"x"],[8,1,2,4,"ÿ😀"]]}
                """);

        assertThat(hint.events()).hasSize(2);
        var last = ((MessageSent) hint.events().getLast()).message();
        assertThat(last.createdAt()).isEqualTo(Instant.parse("2023-11-14T22:13:20.123457Z"));
        assertThat(last.contents()).isEqualTo("ÿ😀");
        assertThat(last.seq()).isEqualTo(4);
    }

    @Test
    void readHint_withMoreThanWords_hasTheKindTheFileAndTheReply() {
        var media = new Attachment(new MediaId(5), "a \"b\".png", "image/png", 70, true);
        var stored = JsonMapper.shared().writeValueAsString(AttachmentCodec.encode(media));

        var hint = notifications.readHint("""
                {"server":"a","head":8,"at":0,"messages":[[7,1,2,3,"","image",%s,null],[8,1,2,4,"y",null,null,7]]}
                """.formatted(stored));

        var image = ((MessageSent) hint.events().getFirst()).message();
        var reply = ((MessageSent) hint.events().getLast()).message();
        assertThat(image.kind()).isEqualTo(MessageKind.IMAGE);
        assertThat(image.media()).isEqualTo(media);
        assertThat(image.replyTo()).isNull();
        assertThat(reply.kind()).isEqualTo(MessageKind.TEXT);
        assertThat(reply.replyTo()).isEqualTo(new MessageId(7));
    }

    @Test
    void readHint_noJson_isAnErrorThatTheBusCatches() {
        assertThatThrownBy(() -> notifications.readHint("{")).isInstanceOf(RuntimeException.class);
    }
}
