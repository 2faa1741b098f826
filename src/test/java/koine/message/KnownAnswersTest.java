package koine.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;
import koine.log.Message;
import koine.message.KnownAnswers.Place;
import org.junit.jupiter.api.Test;

class KnownAnswersTest {

    private static final AccountId ANN = new AccountId(1);
    private static final AccountId BOB = new AccountId(2);
    private static final ChatId HERE = new ChatId(3);
    private static final ChatId THERE = new ChatId(4);

    private final KnownAnswers known = new KnownAnswers(3);

    @Test
    void placesOf_known_areTheNextOfEachChat() {
        heard(7, stored(HERE, ANN, 5), stored(THERE, ANN, 1), stored(HERE, BOB, 6));

        assertThat(known.placesOf(List.of(draft(ANN, HERE), draft(ANN, THERE), draft(BOB, HERE), draft(ANN, HERE))))
                .contains(List.of(
                        new Place(7, false, false),
                        new Place(2, true, true),
                        new Place(8, false, true),
                        new Place(9, true, true)));
        assertThat(known.at()).isEqualTo(7);
    }

    @Test
    void placesOf_oneThatIsNotKnown_areNone() {
        heard(7, stored(HERE, ANN, 5), stored(THERE, BOB, 1));

        assertThat(known.placesOf(List.of(draft(ANN, HERE), draft(BOB, HERE)))).isEmpty();
        assertThat(known.placesOf(List.of(draft(ANN, new ChatId(9))))).isEmpty();
    }

    @Test
    void placesOf_anAnswer_areNone() {
        heard(7, stored(HERE, ANN, 5));

        assertThat(known.placesOf(
                        List.of(new Draft(ANN, HERE, MessageKind.TEXT, "a", null, null, new MessageId(1), null, 0))))
                .isEmpty();
    }

    @Test
    void heard_afterAChange_knowsNothingOfBefore() {
        heard(7, stored(HERE, ANN, 5), stored(THERE, ANN, 1));
        heard(8, stored(HERE, ANN, 6));

        assertThat(known.at()).isEqualTo(8);
        assertThat(known.placesOf(List.of(draft(ANN, HERE)))).contains(List.of(new Place(7, true, true)));
        assertThat(known.placesOf(List.of(draft(ANN, THERE)))).isEmpty();
    }

    @Test
    void heard_ofAChatThatPasses_isNotKnown() {
        known.heard(List.of(stored(HERE, ANN, 5), stored(THERE, ANN, 1)), Set.of(HERE), 7);

        assertThat(known.placesOf(List.of(draft(ANN, HERE)))).isEmpty();
        assertThat(known.placesOf(List.of(draft(ANN, THERE)))).isPresent();
    }

    @Test
    void heard_ofMoreThanItKeeps_beginsAnew() {
        heard(7, stored(HERE, ANN, 5), stored(HERE, BOB, 6), stored(THERE, ANN, 1));
        heard(7, stored(HERE, ANN, 7));
        assertThat(known.placesOf(List.of(draft(BOB, HERE)))).contains(List.of(new Place(8, true, true)));

        heard(7, stored(THERE, BOB, 2));
        assertThat(known.placesOf(List.of(draft(BOB, HERE)))).isEmpty();
        assertThat(known.placesOf(List.of(draft(BOB, THERE)))).isEmpty();

        heard(7, stored(THERE, BOB, 3));
        assertThat(known.placesOf(List.of(draft(BOB, THERE)))).contains(List.of(new Place(4, true, true)));
    }

    @Test
    void forget_all_isNotKnown() {
        heard(7, stored(HERE, ANN, 5));
        known.forget();

        assertThat(known.placesOf(List.of(draft(ANN, HERE)))).isEmpty();
    }

    private void heard(long at, Message... messages) {
        known.heard(Stream.of(messages).toList(), Set.of(), at);
    }

    private static Draft draft(AccountId author, ChatId chat) {
        return new Draft(author, chat, "text", null, 0);
    }

    private static Message stored(ChatId chat, AccountId author, long seq) {
        return new Message(
                new MessageId(100 + seq),
                chat,
                author,
                seq,
                MessageKind.TEXT,
                "text",
                null,
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                null);
    }
}
