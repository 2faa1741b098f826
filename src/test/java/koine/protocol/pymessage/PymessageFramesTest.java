package koine.protocol.pymessage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import koine.delivery.Frame;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MediaId;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;
import koine.log.Attachment;
import koine.log.Event;
import koine.log.Message;
import koine.log.Person;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PymessageFramesTest {

    private static final AccountId ANN = new AccountId(7);
    private static final AccountId BEN = new AccountId(8);
    private static final Attachment PHOTO = new Attachment(new MediaId(5), "cat.png", "image/png", 9, true);

    private final PymessageFrames frames = new PymessageFrames();

    @Test
    void message_ofWords_isShownWithItsChatAndCountsAsDelivered() {
        var frame = frames.frameFor(new Event.MessageSent(message("hi", null)), BEN);

        assertThat(text(frame)).isEqualTo("{\"type\":\"message\",\"sender\":7,\"content\":\"hi\",\"chat_id\":3}");
        assertThat(frame.flatMap(Frame::shown)).contains(new Frame.Shown(new ChatId(3), 2, ANN));
    }

    @Test
    void message_withAFile_showsItsNameAndWhereItIsRead() {
        assertThat(text(frames.frameFor(new Event.MessageSent(message("look", PHOTO)))))
                .contains("\"content\":\"look\\ncat.png /media/5\"");
        assertThat(text(frames.frameFor(new Event.MessageSent(message("", PHOTO)))))
                .contains("\"content\":\"cat.png /media/5\"");
        assertThat(text(frames.frameFor(new Event.MessageSent(message(null, PHOTO)))))
                .contains("\"content\":\"cat.png /media/5\"");
    }

    @Test
    void message_ofOneself_isNotShown() {
        var sent = new Event.MessageSent(message("hi", null));

        assertThat(frames.isPersonal(sent, ANN)).isTrue();
        assertThat(frames.frameFor(sent, ANN)).isEmpty();
        assertThat(frames.isPersonal(sent, BEN)).isFalse();
    }

    @Test
    void message_deletedMeanwhile_isNotShown() {
        var deleted = new Message(
                new MessageId(1), new ChatId(3), ANN, 2, null, Instant.EPOCH, Instant.EPOCH, null, Instant.EPOCH);

        assertThat(frames.frameFor(new Event.MessageSent(deleted), BEN)).isEmpty();
    }

    @Test
    void friendship_isToldToTheOneWhoAsked() {
        var ben = new Person(BEN, "ben");

        assertThat(text(frames.frameFor(new Event.FriendRequested(1, ANN, ben))))
                .isEqualTo("{\"type\":\"friend_request\",\"user\":8}");
        assertThat(text(frames.frameFor(new Event.FriendAccepted(1, ANN, ben, true))))
                .isEqualTo("{\"type\":\"friend_added\",\"user\":8}");
        assertThat(frames.frameFor(new Event.FriendAccepted(1, ANN, ben, false)))
                .isEmpty();
        assertThat(frames.frameFor(new Event.FriendRemoved(1, ANN, ben))).isEmpty();
        assertThat(frames.frameFor(new Event.Blocked(1, ANN, ben))).isEmpty();
    }

    private static Message message(@Nullable String contents, @Nullable Attachment media) {
        return new Message(
                new MessageId(1),
                new ChatId(3),
                ANN,
                2,
                media == null ? MessageKind.TEXT : MessageKind.IMAGE,
                contents,
                media,
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                null);
    }

    private static String text(Optional<Frame> frame) {
        return new String(frame.orElseThrow().bytes(), StandardCharsets.UTF_8);
    }
}
