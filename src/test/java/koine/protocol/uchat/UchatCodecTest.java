package koine.protocol.uchat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import koine.kernel.ChatId;
import koine.kernel.MediaId;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;
import koine.kernel.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.buffer.DataBufferUtils;

/// The frames of the published document, byte by byte.
class UchatCodecTest {

    private final UchatCodec codec = new UchatCodec();

    static Stream<Arguments> commands() {
        return Stream.of(
                Arguments.of(
                        "{'type':'CREATE_ROOM','username':'username','customer':'customer'}",
                        new Command.CreateRoom("username", "customer")),
                Arguments.of(
                        "{'type':'SND_MSG','username':'username','room_id':7,'message':'message','msg_type':'TEXT'}",
                        new Command.SendMessage("username", new ChatId(7), new Command.Content.Words("message"))),
                Arguments.of(
                        "{'msg_type':'FILE','message':'5','room_id':'7','username':'username','type':'SND_MSG'}",
                        new Command.SendMessage(
                                "username",
                                new ChatId(7),
                                new Command.Content.Uploaded(MessageKind.FILE, new MediaId(5)))),
                Arguments.of(
                        "{'type':'READ_MSG','read':'ALL','room_id':7}",
                        new Command.ReadMessages(new ChatId(7), Command.Which.ALL)),
                Arguments.of(
                        "{'type':'READ_MSG','read':'RESENT','room_id':'7'}",
                        new Command.ReadMessages(new ChatId(7), Command.Which.UNREAD)),
                Arguments.of("{'type':'SEARCH_USER','user':'username'}", new Command.SearchUser("username")),
                Arguments.of("{'type':'DELETE_ROOM','id':7}", new Command.DeleteRoom(new ChatId(7))),
                Arguments.of("{'type':'DELETE_MSG','id':'9'}", new Command.DeleteMessage(new MessageId(9))),
                Arguments.of(
                        "{'type':'EDIT_MSG','id':9,'new_msg':'new_msg','more':{'type':[1,{}]}}",
                        new Command.EditMessage(new MessageId(9), "new_msg")),
                Arguments.of("{'type':'OLD_DIALOGS','username':'username'}", new Command.OldDialogs("username")));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void read_deed_isThatCommand(String frame, Command command) {
        assertThat(read(frame, true)).isEqualTo(command);
    }

    @Test
    void read_entrance_isThatCommandAndHidesThePassword() {
        var login = read("{'type':'REQUEST_LOGIN','login':'user_login','pass':'user_pass'}", false);
        var signUp = read("{'type':'REQUEST_SIGNUP','login':'user_login','pass':'user_pass'}", false);

        assertThat(login).isEqualTo(new Command.LogIn("user_login", "user_pass"));
        assertThat(signUp).isEqualTo(new Command.SignUp("user_login", "user_pass"));
        assertThat(login.toString() + signUp).doesNotContain("user_pass");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "'OLD_DIALOGS'",
                "{'type':'OLD_DIALOGS','username':'x'",
                "{'type':'OLD_DIALOGS','username':'x'}}",
                "{'type':'OLD_DIALOGS','username':'x'} {}",
                "{'type':'OLD_DIALOGS','username':'x','username':'y'}",
                "{'type':'OLD_DIALOGS','username':'unfinished",
                "{'type':'OLD_DIALOGS','username':'\\"
            })
    void read_noObject_isMalformed(String frame) {
        assertThat(answer(frame)).isEqualTo("{\"type\":\"ERROR\",\"error\":\"malformed JSON\"}");
    }

    /// Which would cost far more memory than the frame itself.
    @Test
    void read_thousandsOfValues_isMalformed() {
        assertThat(answer("{'type':'OLD_DIALOGS','username':'x','more':[" + "{},".repeat(2_000) + "0]}"))
                .contains("malformed JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'type':null}", "{'type':1}", "{'type':'old_dialogs'}"})
    void read_noType_isUnknown(String frame) {
        assertThat(answer(frame)).isEqualTo("{\"type\":\"ERROR\",\"error\":\"unknown type\"}");
    }

    @Test
    void read_fieldMissingOrWrong_failsUnderItsType() {
        assertThat(answer("{'type':'SND_MSG','username':'x','room_id':1,'message':'x'}"))
                .isEqualTo("{\"type\":\"SND_MSG\",\"status\":\"FAIL\",\"error\":\"missing field: msg_type\"}");
        assertThat(answer("{'type':'SND_MSG','username':'x','room_id':1.5,'message':'x','msg_type':'TEXT'}"))
                .isEqualTo("{\"type\":\"SND_MSG\",\"status\":\"FAIL\",\"error\":\"invalid field: room_id\"}");
        assertThat(answer("{'type':'SND_MSG','username':'x','room_id':1,'message':['x'],'msg_type':'TEXT'}"))
                .isEqualTo("{\"type\":\"SND_MSG\",\"status\":\"FAIL\",\"error\":\"invalid field: message\"}");
        assertThat(answer("{'type':'EDIT_MSG','id':99999999999999999999,'new_msg':'x'}"))
                .isEqualTo("{\"type\":\"EDIT_MSG\",\"status\":\"FAIL\",\"error\":\"invalid field: id\"}");
    }

    static Stream<Arguments> frames() {
        return Stream.of(
                Arguments.of(Outgoing.LoggedIn.AS_WISHED, "{'type':'RESPONSE_LOGIN','status':'LOGIN_OK'}"),
                Arguments.of(Outgoing.SignedUp.AS_WISHED, "{'type':'RESPONSE_SIGNUP','status':'SINGUP_OK'}"),
                Arguments.of(
                        new Outgoing.RoomCreated(7, "customer"), "{'type':'CREATE_ROOM','id':7,'customer':'customer'}"),
                Arguments.of(
                        new Outgoing.Sent(7, 9, "date"),
                        "{'type':'SND_MSG','status':'OK','room_id':7,'message_id':9,'date':'date'}"),
                Arguments.of(
                        new Outgoing.UsersFound(List.of("username1", "username2")),
                        "{'type':'SEARCH_USER','user':['username1','username2']}"),
                Arguments.of(new Outgoing.RoomDeleted(7), "{'type':'DELETE_ROOM','id':7}"),
                Arguments.of(new Outgoing.MessageDeleted(9), "{'type':'DELETE_MSG','id':9}"),
                Arguments.of(
                        new Outgoing.MessageEdited(9, "new_msg", null),
                        "{'type':'EDIT_MSG','id':9,'new_msg':'new_msg'}"),
                Arguments.of(
                        new Outgoing.DialogList(
                                List.of("dialog1", "dialog2"),
                                List.of(7L, 8L),
                                new ArrayList<>(Arrays.asList(9L, null))),
                        "{'type':'OLD_DIALOGS','dialogs':['dialog1','dialog2'],'id':[7,8],'first_massage_id':[9,null]}"));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void write_frame_isAsPublished(Outgoing frame, String json) {
        assertThat(new String(codec.write(frame), StandardCharsets.UTF_8)).isEqualTo(json.replace('\'', '"'));
    }

    /// As encoders write it that escape more than they must, or break lines.
    @ParameterizedTest
    @CsvSource({"/,\\/", "+,\\u002B", "/,\\u002f", "A,A\\r\\n", "x,x"})
    void inlineFile_howeverItIsEscaped_isDecoded(String character, String escaped) {
        var bytes = new byte[200_000];
        new Random(3).nextBytes(bytes);

        var url = "data:image\\/svg+xml;charset=utf-8;base64," + base64(bytes).replace(character, escaped);

        assertThat(decoded(url)).isEqualTo(bytes);
    }

    @Test
    void inlineFile_typeOfTheUrl_isNoted() {
        var file = inline("data:image\\/svg+xml;charset=utf-8;base64,YQ==");

        assertThat(file.contentType()).isEqualTo("image/svg+xml");
        assertThat(inline("data:;base64,YQ==").contentType()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ab*d", "=abc", "ab==cd==", "\\u00e4bcd", "ab\\\"d"})
    void inlineFile_noBase64_isRefused(String data) {
        assertThatThrownBy(() -> decoded("data:;base64," + data)).isInstanceOf(Refused.class);
    }

    private InlineFile inline(String url) {
        var read =
                read("{'type':'SND_MSG','username':'x','room_id':1,'message':'" + url + "','msg_type':'FILE'}", true);
        return ((Command.Content.Inline) ((Command.SendMessage) read).content()).file();
    }

    private byte[] decoded(String url) {
        var joined = DataBufferUtils.join(inline(url).pieces()).map(buffer -> {
            var bytes = new byte[buffer.readableByteCount()];
            buffer.read(bytes);
            return bytes;
        });
        return Objects.requireNonNull(joined.block());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private Command read(String frame, boolean signedIn) {
        return codec.read(frame.replace('\'', '"').getBytes(StandardCharsets.UTF_8), signedIn);
    }

    private String answer(String frame) {
        try {
            read(frame, true);
        } catch (NotUnderstood problem) {
            return new String(codec.write(problem.answer()), StandardCharsets.UTF_8);
        }
        throw new AssertionError("it was understood");
    }
}
