package koine.protocol.pymessage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The frames of the published document, byte by byte.
class PymessageCodecTest {

    private final PymessageCodec codec = new PymessageCodec();

    static Stream<Arguments> entrances() {
        return Stream.of(
                Arguments.of(
                        "{\"type\":\"login\",\"username\":\"EpicUserName\",\"pin\":\"password123\"}",
                        new Command.Login("EpicUserName", "password123")),
                Arguments.of(
                        "{\"type\":\"login\",\"username\":\"EpicUserName\",\"pin\":1234}",
                        new Command.Login("EpicUserName", "1234")),
                Arguments.of(
                        "{\"type\":\"create_acc\",\"username\":\"EpicUserName2\",\"pin\":\"password1234\"}",
                        new Command.CreateAccount("EpicUserName2", "password1234")),
                Arguments.of(
                        "{\"pin\":98765432109876543210,\"username\":\"x\",\"type\":\"create_acc\",\"more\":[1]}",
                        new Command.CreateAccount("x", "98765432109876543210")));
    }

    @ParameterizedTest
    @MethodSource("entrances")
    void read_entrance_isThatCommand(String frame, Command command) {
        assertThat(read(frame, false)).isEqualTo(command);
    }

    static Stream<Arguments> deeds() {
        var user = new AccountId(12345678);
        return Stream.of(
                Arguments.of(
                        "{\"type\":\"send_msg\",\"recipient\":12345678,\"content\":\"hi\"}",
                        new Command.SendMessage(user, "hi")),
                Arguments.of(
                        "{\"type\":\"send_msg\",\"recipient\":\"12345678\",\"content\":\"\"}",
                        new Command.SendMessage(user, "")),
                Arguments.of("{\"type\":\"get_friends\"}", new Command.GetFriends()),
                Arguments.of("{\"type\":\"request_friend\",\"user\":12345678}", new Command.RequestFriend(user)),
                Arguments.of("{\"type\":\"add_friend\",\"user\":\"12345678\"}", new Command.AddFriend(user)),
                Arguments.of("{\"type\":\"deny_friend\",\"user\":12345678}", new Command.DenyFriend(user)));
    }

    @ParameterizedTest
    @MethodSource("deeds")
    void read_deed_isThatCommand(String frame, Command command) {
        assertThat(read(frame, true)).isEqualTo(command);
    }

    static Stream<Arguments> frames() {
        return Stream.of(
                Arguments.of(new Outgoing.LoggedIn(12345678), "{\"type\":\"resp\",\"id\":12345678}"),
                Arguments.of(new Outgoing.AccountCreated(12345678), "{\"type\":\"create_acc_resp\",\"id\":12345678}"),
                Arguments.of(Outgoing.Sent.SUCCESS, "{\"type\":\"send_resp\",\"status\":\"success\"}"),
                Arguments.of(
                        new Outgoing.FriendList(List.of(new Outgoing.Friend("EpicUserName", 12345678))),
                        "{\"type\":\"friends_resp\",\"friends\":[{\"username\":\"EpicUserName\",\"id\":12345678}]}"),
                Arguments.of(new Outgoing.FriendList(List.of()), "{\"type\":\"friends_resp\",\"friends\":[]}"),
                Arguments.of(Outgoing.FriendAsked.SENT, "{\"type\":\"request_resp\",\"status\":\"sent\"}"),
                Arguments.of(Outgoing.RequestAccepted.ADDED, "{\"type\":\"add_resp\",\"status\":\"added\"}"),
                Arguments.of(Outgoing.RequestDenied.SUCCESS, "{\"type\":\"deny_resp\",\"status\":\"success\"}"),
                Arguments.of(new Outgoing.Problem("acc not found"), "{\"type\":\"error\",\"error\":\"acc not found\"}"),
                Arguments.of(new Outgoing.FriendRequest(7), "{\"type\":\"friend_request\",\"user\":7}"),
                Arguments.of(new Outgoing.FriendAdded(7), "{\"type\":\"friend_added\",\"user\":7}"),
                Arguments.of(
                        new Outgoing.Message(7, "a \"b\"\n", 8),
                        "{\"type\":\"message\",\"sender\":7,\"content\":\"a \\\"b\\\"\\n\",\"chat_id\":8}"));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void write_frame_isAsTheDocumentShowsIt(Outgoing frame, String json) {
        assertThat(new String(codec.write(frame), StandardCharsets.UTF_8)).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "hello",
                "{",
                "{'type': 'get_friends'}",
                "{\"type\":\"get_friends\"}}",
                "{\"type\":\"get_friends\",\"type\":\"get_friends\"}",
                "[]",
                "null",
                "42",
                "\"get_friends\""
            })
    void read_noJsonObject_isRefused(String frame) {
        assertRefused(frame, true, "invalid json");
        assertRefused(frame, false, "invalid json");
    }

    @Test
    void read_nestedTooDeeply_isRefused() {
        assertRefused("[".repeat(60_000), true, "invalid json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"type\":null}",
                "{\"type\":7}",
                "{\"type\":\"\"}",
                "{\"type\":\"LOGIN\"}",
                "{\"type\":\"friend_request\"}"
            })
    void read_noSuchEndpoint_isRefused(String frame) {
        assertRefused(frame, true, "endpoint not found");
        assertRefused(frame, false, "endpoint not found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"send_msg", "get_friends", "request_friend", "add_friend", "deny_friend"})
    void read_deedOfAStranger_isRefusedBeforeItsArgumentsAreLookedAt(String type) {
        assertRefused("{\"type\":\"" + type + "\",\"user\":[]}", false, "not logged in");
    }

    @ParameterizedTest
    @ValueSource(strings = {"login", "create_acc"})
    void read_entranceOfSomebodySignedIn_isRefused(String type) {
        assertRefused("{\"type\":\"" + type + "\"}", true, "already logged in");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
                    `{"type":"login"}`,                                       false, missing argument: username
                    `{"type":"login","username":null,"pin":"1234"}`,          false, missing argument: username
                    `{"type":"login","username":"x"}`,                        false, missing argument: pin
                    `{"type":"login","username":7,"pin":"1234"}`,             false, invalid argument: username
                    `{"type":"create_acc","username":"x","pin":[1]}`,         false, invalid argument: pin
                    `{"type":"create_acc","username":"x","pin":1.5}`,         false, invalid argument: pin
                    `{"type":"create_acc","username":"x","pin":true}`,        false, invalid argument: pin
                    `{"type":"send_msg","content":"x"}`,                      true,  missing argument: recipient
                    `{"type":"send_msg","recipient":7}`,                      true,  missing argument: content
                    `{"type":"send_msg","recipient":7,"content":8}`,          true,  invalid argument: content
                    `{"type":"send_msg","recipient":1.0,"content":"x"}`,      true,  invalid argument: recipient
                    `{"type":"send_msg","recipient":"seven","content":"x"}`,  true,  invalid argument: recipient
                    `{"type":"send_msg","recipient":"","content":"x"}`,       true,  invalid argument: recipient
                    `{"type":"send_msg","recipient":{},"content":"x"}`,       true,  invalid argument: recipient
                    `{"type":"request_friend"}`,                              true,  missing argument: user
                    `{"type":"request_friend","user":99999999999999999999}`,  true,  invalid argument: user
                    `{"type":"add_friend","user":false}`,                     true,  invalid argument: user
                    `{"type":"deny_friend","user":" 7"}`,                     true,  invalid argument: user
                    """)
    void read_argumentMissingOrOfTheWrongType_isRefusedByItsName(String frame, boolean signedIn, String error) {
        assertRefused(frame, signedIn, error);
    }

    @Test
    void entrances_asText_doNotShowThePin() {
        assertThat(new Command.Login("x", "secret").toString()).doesNotContain("secret");
        assertThat(new Command.CreateAccount("x", "secret").toString()).doesNotContain("secret");
    }

    private void assertRefused(String frame, boolean signedIn, String error) {
        assertThatThrownBy(() -> read(frame, signedIn))
                .isInstanceOfSatisfying(
                        NotUnderstood.class,
                        problem -> assertThat(problem.problem()).isEqualTo(new Outgoing.Problem(error)));
    }

    private Command read(String frame, boolean signedIn) {
        return codec.read(frame.getBytes(StandardCharsets.UTF_8), signedIn);
    }
}
