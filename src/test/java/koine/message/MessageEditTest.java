package koine.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import koine.chat.Chats;
import koine.chat.Members;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.MessageId;
import koine.kernel.Refused;
import koine.log.Event;
import koine.log.Event.MessageDeleted;
import koine.log.Event.MessageEdited;
import koine.log.Event.MessageSent;
import koine.log.Log;
import koine.log.LogPage;
import koine.log.Message;
import koine.testing.KoineTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@KoineTest
class MessageEditTest {

    private static final int ALL = 200;

    @Autowired
    private Messages messages;

    @Autowired
    private Chats chats;

    @Autowired
    private Members members;

    @Autowired
    private Log log;

    @Autowired
    private DatabaseClient database;

    private AccountId author;
    private AccountId owner;
    private AccountId stranger;
    private ChatId chat;
    private Message sent;
    private long before;

    @BeforeEach
    void aMessageInAGroup() {
        author = account();
        owner = account();
        stranger = account();
        chat = result(chats.createGroup(owner, "people", List.of(author)))
                .chat()
                .id();
        sent = result(messages.send(new SendMessage(author, chat, "frist", "key")));
        before = result(log.head()).position();
    }

    @Test
    void edit_byItsAuthor_changesTheContentsAndNothingElse() {
        var edited = result(messages.edit(author, sent.id(), "first"));

        assertThat(edited.contents()).isEqualTo("first");
        assertThat(edited.editedAt()).isNotNull().isEqualTo(edited.updatedAt()).isAfter(sent.createdAt());
        assertThat(edited)
                .usingRecursiveComparison()
                .ignoringFields("contents", "editedAt", "updatedAt")
                .isEqualTo(sent);
        assertThat(history()).containsExactly(edited);
        assertThat(result(chats.find(owner, chat)).chat().lastMessage()).isEqualTo(edited);
    }

    @Test
    void edit_byItsAuthor_isAnnouncedOnce() {
        var edited = result(messages.edit(author, sent.id(), "first"));

        assertThat(events()).containsExactly(new MessageEdited(before + 1, edited));
    }

    @Test
    void edit_toTheSameContents_isAnEditAsWell() {
        var edited = result(messages.edit(author, sent.id(), "frist"));

        assertThat(edited.editedAt()).isNotNull();
        assertThat(events()).containsExactly(new MessageEdited(before + 1, edited));
    }

    @Test
    void edit_byTheGroupsOwner_isRefusedAsNotTheirs() {
        refused(messages.edit(owner, sent.id(), "mine"), ErrorCode.NOT_THE_OWNER);

        assertThat(history()).containsExactly(sent);
        assertThat(events()).isEmpty();
    }

    @Test
    void edit_byAStranger_isToldThatThereIsNoSuchMessage() {
        refused(messages.edit(stranger, sent.id(), "mine"), ErrorCode.MESSAGE_DOES_NOT_EXIST);

        assertThat(history()).containsExactly(sent);
        assertThat(events()).isEmpty();
    }

    @Test
    void edit_byAnAuthorWhoLeft_isToldThatThereIsNoSuchMessage() {
        members.leave(author, chat).block();

        refused(messages.edit(author, sent.id(), "after all"), ErrorCode.MESSAGE_DOES_NOT_EXIST);

        assertThat(result(messages.after(owner, chat, 0, ALL)).messages()).containsExactly(sent);
    }

    @Test
    void edit_anUnknownMessage_isRefused() {
        refused(messages.edit(author, new MessageId(Long.MAX_VALUE), "hello"), ErrorCode.MESSAGE_DOES_NOT_EXIST);
    }

    @Test
    void edit_aDeletedMessage_isRefusedAndLeavesTheTombstone() {
        messages.delete(author, sent.id()).block();

        refused(messages.edit(author, sent.id(), "back"), ErrorCode.MESSAGE_DOES_NOT_EXIST);
        refused(messages.edit(owner, sent.id(), "back"), ErrorCode.MESSAGE_DOES_NOT_EXIST);

        assertThat(history()).isEmpty();
        assertThat(events()).hasSize(1).first().isInstanceOf(MessageDeleted.class);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "a\0b", "\ud800"})
    void edit_toUnusableContents_isRefused(@Nullable String contents) {
        refused(messages.edit(author, sent.id(), contents), ErrorCode.INVALID_REQUEST);

        assertThat(history()).containsExactly(sent);
    }

    @Test
    void edit_toTheLongestContents_isTakenAndOneMoreIsRefused() {
        var longest = "🦉".repeat(2047);

        assertThat(result(messages.edit(author, sent.id(), longest)).contents()).isEqualTo(longest);
        refused(messages.edit(author, sent.id(), longest + "x"), ErrorCode.INVALID_REQUEST);
    }

    @Test
    void send_againWithItsKeyAfterAnEdit_givesTheEditedMessageAndAnnouncesNothing() {
        var edited = result(messages.edit(author, sent.id(), "first"));

        var again = result(messages.send(new SendMessage(author, chat, "frist", "key")));

        assertThat(again).isEqualTo(edited);
        assertThat(events()).hasSize(1);
    }

    @Test
    void send_theEditedContentsWithTheKey_isAnotherMessage() {
        messages.edit(author, sent.id(), "first").block();

        refused(messages.send(new SendMessage(author, chat, "first", "key")), ErrorCode.CONFLICT);
    }

    @Test
    void read_afterTwoEdits_hasBothAndTheMessageAsItIsNow() {
        messages.edit(author, sent.id(), "second").block();
        var now = result(messages.edit(author, sent.id(), "third"));

        assertThat(result(log.readFor(owner, sent.id().value() - 1, ALL)).events())
                .containsExactly(
                        new MessageSent(now), new MessageEdited(before + 1, now), new MessageEdited(before + 2, now));
    }

    @Test
    void read_afterAnEditAndADeletion_hasNothingOfTheContents() {
        messages.edit(author, sent.id(), "secret").block();
        messages.delete(author, sent.id()).block();

        assertThat(events())
                .hasSize(2)
                .first()
                .isInstanceOfSatisfying(
                        MessageEdited.class,
                        edit -> assertThat(edit.message().contents()).isNull());
        assertThat(payloads()).hasSize(2).noneMatch(payload -> payload.contains("secret"));
    }

    @Test
    void read_afterTheChatIsGone_goesOnPastWhatCanNoLongerBeTold() {
        messages.edit(author, sent.id(), "first").block();
        members.leave(owner, chat).block();
        members.leave(author, chat).block();

        assertThat(events()).noneMatch(MessageEdited.class::isInstance).hasSize(3);
        assertThat(page(before)).satisfies(page -> {
            assertThat(page.events()).isEmpty();
            assertThat(page.upTo()).isEqualTo(before + 1);
            assertThat(page.full()).isTrue();
        });
        assertThat(page(before + 1).events()).hasSize(1);
    }

    private LogPage page(long after) {
        return result(log.readFor(author, after, 1));
    }

    private List<Event> events() {
        return result(log.read(before, ALL)).events();
    }

    private List<Message> history() {
        return result(messages.after(author, chat, 0, ALL)).messages();
    }

    private List<String> payloads() {
        return result(database.sql("select payload::text as payload from event where position > $1")
                .bind("$1", before)
                .map(row -> Objects.requireNonNull(row.get("payload", String.class)))
                .all()
                .collectList());
    }

    private AccountId account() {
        return result(database.sql("""
                        insert into account (username, username_key, password_hash)
                        select name, name, ''
                        from (select gen_random_uuid()::text as name) n
                        returning id
                        """)
                .map(row -> new AccountId(Objects.requireNonNull(row.get("id", Long.class))))
                .one());
    }

    private static <T> T result(Mono<T> mono) {
        return Objects.requireNonNull(mono.block());
    }

    private static void refused(Mono<?> call, ErrorCode code) {
        call.as(StepVerifier::create)
                .verifyErrorSatisfies(problem -> assertThat(problem)
                        .isInstanceOfSatisfying(
                                Refused.class,
                                refused -> assertThat(refused.code()).isEqualTo(code)));
    }
}
