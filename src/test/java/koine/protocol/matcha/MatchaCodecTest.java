package koine.protocol.matcha;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.notification.Gesture;
import koine.protocol.matcha.Command.Place;
import koine.protocol.matcha.socketio.IncomingEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/// The events of the published document, to the letter.
class MatchaCodecTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final MatchaCodec codec = new MatchaCodec();

    @Test
    void read_messageOfTheDocument_isWhatItSays() {
        assertThat(read("message", """
                {
                    "text": "Hello",
                    "chat_id": "1",
                    "author": "YoYo",
                    "creation_date": "2019-09-02T09:25:07.561Z",
                    "partner_id": "2"
                }
                """)).isEqualTo(new Command.Say("YoYo", "Hello", new Place.InChat(new ChatId(1))));
    }

    @Test
    void read_messageWithoutAChat_isToThePartner() {
        assertThat(read("message", "{\"text\":\"Hello\",\"author\":\"YoYo\",\"chat_id\":null,\"partner_id\":2}"))
                .isEqualTo(new Command.Say("YoYo", "Hello", new Place.With(new AccountId(2))));
    }

    @ParameterizedTest
    @EnumSource
    void read_notificationOfTheDocument_isWhatItSays(Gesture gesture) {
        var type = MatchaCodec.name(gesture);

        assertThat(read("manage_notification", "{\"author\":\"YoYo\",\"partner_id\":\"2\",\"type\":\"" + type + "\"}"))
                .isEqualTo(new Command.Notify("YoYo", new AccountId(2), gesture));
    }

    @Test
    void read_idsAsNumbersOrText_areTheSame() {
        for (var id : List.of("7", "\"7\"")) {
            assertThat(read("connect_logged_user", id)).isEqualTo(new Command.ConnectLoggedUser(new AccountId(7)));
            assertThat(read("join", id)).isEqualTo(new Command.Join(new ChatId(7)));
        }
    }

    @Test
    void write_receivedMessage_hasTheFieldsOfTheOneSent() {
        var message =
                new Outgoing.Unsigned("Hello", 1, 4, MatchaCodec.date(Instant.parse("2019-09-02T09:25:07.561999Z")), 9);

        assertThat(event("receive_message", message.signed("YoYo", 2L)))
                .isEqualTo("[\"receive_message\",{\"text\":\"Hello\",\"chat_id\":1,\"author\":\"YoYo\","
                        + "\"creation_date\":\"2019-09-02T09:25:07.561Z\",\"partner_id\":2,\"message_id\":9}]");
        assertThat(codec.readUnsigned(codec.write(message))).isEqualTo(message);
    }

    @Test
    void write_notification_hasTheFieldsOfTheOneSent() {
        var date = MatchaCodec.date(Instant.parse("2019-09-02T09:25:07Z"));

        assertThat(event("notification", new Outgoing.Notification("YoYo", 2, "like", 9, date, null)))
                .isEqualTo("[\"notification\",{\"author\":\"YoYo\",\"partner_id\":2,\"type\":\"like\",\"id\":9,"
                        + "\"creation_date\":\"2019-09-02T09:25:07.000Z\"}]");
        assertThat(event("notification", new Outgoing.Notification("YoYo", 2, "like", 9, date, true)))
                .endsWith("\"mutual\":true}]");
    }

    private Command read(String event, String argument) {
        return codec.read(new IncomingEvent(event, List.of(JSON.readTree(argument)), false));
    }

    private String event(String name, Outgoing argument) {
        return new String(codec.writeEvent(name, argument), StandardCharsets.UTF_8);
    }
}
