package koine.protocol.phonechat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import koine.cluster.TwoServers;
import koine.protocol.phonechat.Phones.Line;
import koine.protocol.phonechat.Phones.Phone;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Two people on two servers, in a dialogue and in a group: what one says, hears and deletes reaches the other one.
class PhonesAcrossServersTest {

    private static final String AT = "2020-11-21 16:32:17.356";
    private static final String LATER = "2020-11-21 17:11:30.404";

    private final TwoServers servers = TwoServers.running();
    private final List<Phone> people =
            new Phones(servers.one().context(), servers.one().port()).many(2);
    private final Phone ann = people.get(0);
    private Phone ben = people.get(1);

    @BeforeEach
    void apart() {
        ben = new Phone(ben.user(), ben.number(), servers.two().port());
    }

    @Test
    void dialogue_onTwoServers_isToldBothWays() {
        try (var atAnn = ann.receive();
                var atBen = ben.receive();
                var byAnn = ann.to(ben);
                var byBen = ben.to(ann)) {
            byAnn.say("new_msg", "ok", ben.number(), AT);
            assertFrame(atBen, "new_msg", "ok", ann.number(), ben.number(), AT);
            assertThat(text(byAnn.next(), "command")).isEqualTo("msg_sent");

            byBen.say("msg_received", AT, ann.number(), LATER);
            assertFrame(atAnn, "msg_received", AT, ben.number(), ann.number(), LATER);
            atBen.say("fetch_msgs", "", ben.number(), LATER);
            assertThat(atBen.next().path("messages")).isEmpty();

            byBen.say("is_typing", "-null-", ann.number(), LATER);
            assertThat(text(atAnn.next(), "command")).isEqualTo("is_typing");
            byAnn.say("new_msg", "wrong", ben.number(), LATER);
            assertFrame(atBen, "new_msg", "wrong", ann.number(), ben.number(), LATER);
            byAnn.say("delete_msg", LATER, ben.number(), LATER);
            assertFrame(atBen, "delete_msg", LATER, ann.number(), ben.number(), LATER);
        }
    }

    /// Its answer was lost, and the client has come to the other server.
    @Test
    void newMessage_repeatedOnTheOtherServer_isStoredAndToldOnce() {
        var annElsewhere = new Phone(ann.user(), ann.number(), servers.two().port());
        try (var atBen = ben.receive();
                var here = ann.to(ben);
                var there = annElsewhere.to(ben)) {
            for (var line : List.of(here, there)) {
                line.say("new_msg", "once", ben.number(), AT);
                assertThat(text(line.next(), "message")).isEqualTo(AT);
            }
            there.say("new_msg", "last", ben.number(), LATER);

            assertFrame(atBen, "new_msg", "once", ann.number(), ben.number(), AT);
            assertFrame(atBen, "new_msg", "last", ann.number(), ben.number(), LATER);
        }
    }

    @Test
    void group_onTwoServers_isToldBothWays() {
        var key = ann.call(
                        "POST",
                        "/chat/special/group",
                        Map.of("name", "group", "bio", "", "admin", List.of(), "participants", List.of(ben.number())))
                .ok()
                .path("key")
                .stringValue();
        try (var atAnn = ann.receive();
                var atBen = ben.receive();
                var byAnn = ann.group(key);
                var byBen = ben.group(key)) {
            byAnn.say("new_grp_msg", "ok", key, AT);
            assertFrame(atBen, "new_msg", "ok", key + "-" + ann.number(), ben.number(), AT);

            byBen.say("grp_msg_read", AT, ann.number(), LATER);
            assertFrame(atAnn, "msg_read", AT, key + "-" + ben.number(), ann.number(), LATER);
        }
    }

    private static void assertFrame(Line line, String command, String message, String from, String to, String at) {
        assertThat(line.next())
                .hasToString("{\"message\":\"" + message + "\",\"command\":\"" + command + "\",\"msg_from\":\"" + from
                        + "\",\"msg_to\":\"" + to + "\",\"sent_timestamp\":\"" + at + "\"}");
    }

    private static String text(JsonNode frame, String field) {
        return frame.path(field).asString("");
    }
}
