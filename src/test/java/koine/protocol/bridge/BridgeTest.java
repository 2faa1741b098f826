package koine.protocol.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import koine.testing.Api;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;

/// One conversation with a client of each protocol in it, all of them over real sockets. `ann` speaks the native
/// protocol, on two devices; `pam` pymessage, `ulf` uchat, `mat` matcha and `fay` phonechat.
@KoineTest
class BridgeTest {

    private static final List<String> TEXTS = List.of(
            "plain",
            "emoji 👩‍👩‍👧‍👦 🇺🇳 é",
            "right to left: שלום مرحبا \u202eabc\u202c",
            "two\nlines\r\n\tand a tab",
            "\"quotes\" 'and' `more` \\ \\n {\"json\":[1]}",
            "</script><b onclick=x>&amp;<!-- ]]>");

    @LocalServerPort
    private int port;

    @Autowired
    private ApplicationContext context;

    private final List<Seat> seats = new ArrayList<>();
    private Api api;
    private Person ann;
    private Person pam;
    private Person ulf;
    private Person mat;
    private Person fay;
    private Directory people;
    private long group;
    private String key;

    /// Whose clients sign in on the socket have a password.
    @BeforeEach
    void gather() {
        api = new Api(port);
        var accounts = new People(context);
        var others = accounts.many("bridge", 3);
        ann = new Person(others.get(0), null);
        mat = new Person(others.get(1), null);
        var signingIn = accounts.manyWithPassword("bridge", 2);
        pam = new Person(signingIn.get(0), null);
        ulf = new Person(signingIn.get(1), null);
        var number = "7%09d".formatted(others.get(2).id());
        api.call("PATCH", "/user/phone", others.get(2).token(), Map.of("phone", number), Map.of())
                .ok();
        fay = new Person(others.get(2), number);
        people = new Directory(List.of(ann, pam, ulf, mat, fay));
        var with = Stream.of(pam, ulf, mat, fay).map(Person::id).toList();
        var made = api.post("/chat/group/create", ann.token(), Map.of("name", "bridge", "with_ids", with))
                .ok();
        group = made.path("id").asLong();
        key = made.path("key").asString();
    }

    @AfterEach
    void leave() {
        seats.forEach(Seat::close);
    }

    @Test
    void group_allSpeakAtOnce_everybodyHearsEachOnceInOneOrderAndIntact() throws Exception {
        var phone = nativeSeat();
        var laptop = nativeSeat();
        var listener = pamsSeat();
        var speakers = List.of(phone, ulfsSeat(), matsSeat(), faysSeat());

        speakTogether(speakers);

        var all = laptop.hear(speakers.size() * TEXTS.size());
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(speakers.stream()
                        .flatMap(seat -> TEXTS.stream()
                                .map(text -> new Heard(seat.person().name(), text)))
                        .toList());
        assertThat(phone.hear(all.size())).isEqualTo(all);
        assertThat(listener.hear(all.size())).isEqualTo(all);
        for (var seat : speakers.subList(1, speakers.size())) {
            assertThat(seat.hear(all.size() - TEXTS.size())).as(seat.toString()).isEqualTo(without(all, seat.person()));
        }
        assertThat(history()).isEqualTo(all);
        assertNothingElseWasSaid();
    }

    @Test
    void privateChats_pymessageWithEachOther_areTheSameChatInBothProtocols() {
        var listener = pamsSeat();
        for (var text : TEXTS) {
            listener.say(ann, text);
            listener.say(ulf, text);
            listener.say(mat, text);
            listener.say(fay, text);
        }
        assertThat(privateHistory(ann)).isEqualTo(said(pam));
        assertThat(privateHistory(fay)).isEqualTo(said(pam));
        for (var seat : List.of(nativeSeat(), ulfsSeat(), matsSeat())) {
            if (!(seat instanceof NativeSeat)) {
                assertThat(seat.hear(TEXTS.size())).isEqualTo(said(pam)); // what waited comes with the sign-in
            }

            TEXTS.forEach(text -> seat.say(privateChat(seat.person()), text));

            assertThat(listener.hear(TEXTS.size())).isEqualTo(said(seat.person()));
            assertThat(privateHistory(seat.person()))
                    .isEqualTo(Stream.concat(said(pam).stream(), said(seat.person()).stream())
                            .toList());
        }
        var phone = faysSeat();
        TEXTS.forEach(text -> phone.tell(port, pam, text));
        assertThat(listener.hear(TEXTS.size())).isEqualTo(said(fay));
    }

    @Test
    void group_whileTheyAreAway_waitsForEach() {
        var first = nativeSeat();
        TEXTS.forEach(text -> first.say(group, text));

        for (var seat : List.of(pamsSeat(), ulfsSeat(), matsSeat())) {
            assertThat(seat.hear(TEXTS.size())).as(seat.toString()).isEqualTo(said(ann));
        }
        assertThat(faysSeat().fetch()).isEqualTo(said(ann));
        first.hear(TEXTS.size());
        assertNothingElseWasSaid();
    }

    @Test
    void marks_ofEachProtocol_areSeenNatively() {
        var first = nativeSeat();
        pamsSeat();
        var reader = ulfsSeat();
        var joined = matsSeat();
        var phone = faysSeat();

        first.say(group, "one");
        first.awaitMarks(group, pam, 1, 0);
        first.awaitMarks(group, ulf, 1, 0);
        first.awaitMarks(group, mat, 1, 0);
        var shown = phone.await("new_msg");
        assertThat(marksOf(fay)).isEqualTo(List.of(0L, 0L)); // a phone says so itself

        phone.received(shown);
        first.awaitMarks(group, fay, 1, 0);
        phone.read(shown);
        first.awaitMarks(group, fay, 1, 1);
        reader.readAll(group);
        first.awaitMarks(group, ulf, 1, 1);
        joined.join(group);
        first.say(group, "two");
        first.awaitMarks(group, mat, 2, 2);
    }

    @Test
    void marks_ofOtherProtocols_areSeenByThePhone() {
        var phone = faysSeat();
        var first = nativeSeat();
        var at = phone.say(group, "one");
        first.hear(1);

        first.command("chat.delivered", Map.of("chat_id", group, "seq", 1));
        assertReceipt(phone.await("msg_received"), ann, at);
        first.command("chat.read", Map.of("chat_id", group, "seq", 1));
        assertReceipt(phone.await("msg_read"), ann, at);
        pamsSeat();
        assertReceipt(phone.await("msg_received"), pam, at);
    }

    @Test
    void edits_areShownWhereverThereIsAFrameForThem() {
        var first = nativeSeat();
        var second = nativeSeat();
        var editor = ulfsSeat();
        var id = Long.parseLong(first.say(group, "before"));

        first.command("message.edit", Map.of("id", id, "contents", "after 👍"));
        assertThat(editor.await("EDIT_MSG"))
                .hasToString("{\"type\":\"EDIT_MSG\",\"id\":" + id + ",\"new_msg\":\"after 👍\"}");
        second.event("message.edited");

        var other = Long.parseLong(editor.say(group, "mine"));
        editor.send(Map.of("type", "EDIT_MSG", "id", other, "new_msg", "mine, better"));
        assertThat(second.event("message.edited")
                        .path("message")
                        .path("contents")
                        .asString())
                .isEqualTo("mine, better");
        assertThat(faysSeat().fetch())
                .containsExactly(new Heard(ann.name(), "after 👍"), new Heard(ulf.name(), "mine, better"));
        assertThat(matsSeat().hear(2))
                .containsExactly(new Heard(ann.name(), "after 👍"), new Heard(ulf.name(), "mine, better"));
    }

    @Test
    void deletions_areShownWhereverThereIsAFrameForThem() {
        var first = nativeSeat();
        var second = nativeSeat();
        var other = ulfsSeat();
        var phone = faysSeat();

        var id = Long.parseLong(first.say(group, "of ann"));
        var at = phone.await("new_msg").path("sent_timestamp").asString();
        first.command("message.delete", Map.of("id", id));
        assertThat(second.event("message.deleted").path("id").asLong()).isEqualTo(id);
        assertThat(other.await("DELETE_MSG").path("id").asLong()).isEqualTo(id);
        assertThat(phone.await("delete_msg").path("message").asString()).isEqualTo(at);

        var ulfs = Long.parseLong(other.say(group, "of ulf"));
        var ulfsTime = phone.await("new_msg").path("sent_timestamp").asString();
        other.send(Map.of("type", "DELETE_MSG", "id", ulfs));
        assertThat(second.event("message.deleted").path("id").asLong()).isEqualTo(ulfs);
        assertThat(phone.await("delete_msg").path("message").asString()).isEqualTo(ulfsTime);

        var fays = phone.say(group, "of fay");
        phone.command("delete_msg", fays, "2026-11-21 11:00:00.000");
        var deleted = second.event("message.deleted").path("id").asLong();
        assertThat(other.until(frame -> frame.path("type").asString().equals("DELETE_MSG")
                                && frame.path("id").asLong() != ulfs)
                        .path("id")
                        .asLong())
                .isEqualTo(deleted);
        assertThat(history()).isEmpty();
        var late = matsSeat(); // sees nothing of what was deleted
        first.say(group, "still here");
        assertThat(late.hear(1)).containsExactly(new Heard(ann.name(), "still here"));
    }

    @Test
    void typing_crossesBothWays() {
        var first = nativeSeat();
        var phone = faysSeat();

        phone.command("is_grp_typing", "--null--", "2026-11-21 11:00:00.000");
        assertThat(first.event("typing").path("user_id").asLong()).isEqualTo(fay.id());
        first.command("typing", Map.of("chat_id", group));
        assertThat(phone.await("is_typing").path("msg_from").asString()).isEqualTo(key + "-" + ann.number());
    }

    private NativeSeat nativeSeat() {
        return seated(new NativeSeat(port, ann, ann.token(), people));
    }

    private PymessageSeat pamsSeat() {
        return seated(new PymessageSeat(port, pam, people));
    }

    private UchatSeat ulfsSeat() {
        return seated(new UchatSeat(port, ulf));
    }

    private MatchaSeat matsSeat() {
        return seated(new MatchaSeat(port, mat));
    }

    private PhonechatSeat faysSeat() {
        return seated(new PhonechatSeat(port, fay, key, people));
    }

    private <T extends Seat> T seated(T seat) {
        seats.add(seat);
        return seat;
    }

    private void speakTogether(List<? extends Seat> speakers) throws InterruptedException, ExecutionException {
        try (var together = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> speeches = new ArrayList<>();
            for (var seat : speakers) {
                speeches.add(together.submit(() -> TEXTS.forEach(text -> seat.say(group, text))));
            }
            for (var speech : speeches) {
                speech.get();
            }
        }
    }

    /// Of what a client was shown, the test has asked for everything.
    private void assertNothingElseWasSaid() {
        assertThat(seats).allSatisfy(seat -> assertThat(seat.rest()).isEmpty());
    }

    private static List<Heard> said(Person who) {
        return TEXTS.stream().map(text -> new Heard(who.name(), text)).toList();
    }

    private static List<Heard> without(List<Heard> all, Person who) {
        return all.stream().filter(heard -> !heard.who().equals(who.name())).toList();
    }

    /// That of pam and the other one, which is there.
    private long privateChat(Person other) {
        return api.post("/chat/private/create", pam.token(), Map.of("with_user_id", other.id()))
                .body()
                .path("details")
                .path("chat_id")
                .asLong();
    }

    private List<Heard> privateHistory(Person other) {
        return history(privateChat(other), pam);
    }

    private List<Heard> history() {
        return history(group, ann);
    }

    private List<Heard> history(long chat, Person reader) {
        return api.get("/chat/" + chat + "/messages?limit=100", reader.token())
                .ok()
                .path("messages")
                .valueStream()
                .map(message -> new Heard(
                        people.name(message.path("author_id").asLong()),
                        message.path("contents").asString()))
                .toList();
    }

    private List<Long> marksOf(Person who) {
        return api.get("/chat/" + group, ann.token())
                .ok()
                .path("participants")
                .valueStream()
                .filter(participant -> participant.path("id").asLong() == who.id())
                .map(participant -> List.of(
                        participant.path("delivered").asLong(),
                        participant.path("read").asLong()))
                .findFirst()
                .orElseThrow();
    }

    private void assertReceipt(JsonNode frame, Person by, String at) {
        assertThat(frame.path("msg_from").asString()).isEqualTo(key + "-" + by.number());
        assertThat(frame.path("msg_to").asString()).isEqualTo(fay.number());
        assertThat(frame.path("message").asString()).isEqualTo(at);
    }
}
