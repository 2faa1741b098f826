package koine.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Role;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@KoineTest
class ChatsTest {

    @Autowired
    private Chats chats;

    @Autowired
    private DatabaseClient database;

    private AccountId one;
    private AccountId other;

    @BeforeEach
    void makeAccounts() {
        one = account();
        other = account();
    }

    @Test
    void createPrivate_byBothSidesAtOnce_makesOneChat() {
        var results = Flux.range(0, 10)
                .flatMap(
                        i -> (i % 2 == 0 ? chats.createPrivate(one, other) : chats.createPrivate(other, one))
                                .<Object>map(details -> details.chat().id())
                                .onErrorResume(Refused.class, Mono::just),
                        10)
                .collectList()
                .blockOptional()
                .orElseThrow();

        var made = results.stream().filter(ChatId.class::isInstance).toList();
        assertThat(made).hasSize(1);
        assertThat(results).filteredOn(Refused.class::isInstance).hasSize(9).allSatisfy(each -> {
            assertThat(((Refused) each).code()).isEqualTo(ErrorCode.CHAT_EXISTS);
            assertThat(((Refused) each).chat()).isEqualTo(made.getFirst());
        });
    }

    @Test
    void privateChat_byBothSidesAtOnce_isOneChat() {
        var results = Flux.range(0, 10)
                .flatMap(i -> i % 2 == 0 ? chats.privateChat(one, other) : chats.privateChat(other, one), 10)
                .collectList()
                .blockOptional()
                .orElseThrow();

        assertThat(results).hasSize(10).containsOnly(results.getFirst());
    }

    @Test
    void privateChat_withOneselfOrNobody_isRefused() {
        for (var somebody : List.of(one, new AccountId(999_999_999))) {
            var refused = chats.privateChat(one, somebody)
                    .<Object>map(chat -> chat)
                    .onErrorResume(Refused.class, problem -> Mono.just(problem.code()))
                    .block();

            assertThat(refused)
                    .isEqualTo(somebody.equals(one) ? ErrorCode.CHAT_WITH_YOURSELF : ErrorCode.USER_NOT_EXISTS);
        }
    }

    @Test
    void createPrivate_eitherSide_isAPlainMember() {
        var chat = create(chats.createPrivate(one, other));

        assertThat(chat.members()).extracting(Member::id).containsExactly(one, other);
        assertThat(chat.members()).extracting(Member::role).containsOnly(Role.MEMBER);
    }

    @Test
    void createGroup_maker_isItsOwnerAndFirst() {
        var third = account();

        var group = create(chats.createGroup(one, "g", List.of(third, other)));

        assertThat(group.members()).extracting(Member::id).containsExactly(one, third, other);
        assertThat(group.members()).extracting(Member::role).containsExactly(Role.OWNER, Role.MEMBER, Role.MEMBER);
    }

    @Test
    void createGroup_sameAgain_isAnotherGroupWithAnotherKey() {
        var keys = IntStream.range(0, 5)
                .mapToObj(_ -> String.valueOf(create(chats.createGroup(one, "g", List.of(other)))
                        .chat()
                        .key()))
                .toList();

        assertThat(keys).doesNotHaveDuplicates().allMatch(key -> key.matches("[a-z0-9]{10}"));
    }

    @Test
    void create_withSomebodyUnknown_leavesNothing() {
        var nobody = new AccountId(Long.MAX_VALUE);
        var before = position();

        assertThat(codeOf(chats.createGroup(one, "g", List.of(other, nobody)))).isEqualTo(ErrorCode.USER_NOT_EXISTS);
        assertThat(codeOf(chats.createPrivate(one, nobody))).isEqualTo(ErrorCode.USER_NOT_EXISTS);

        assertThat(chats.list(one, null, 10).collectList().block()).isEmpty();
        assertThat(position()).isEqualTo(before);
    }

    @Test
    void find_byAStranger_doesNotExist() {
        var chat = create(chats.createPrivate(one, other)).chat().id();
        var stranger = account();

        assertThat(codeOf(chats.find(stranger, chat))).isEqualTo(ErrorCode.CHAT_DOES_NOT_EXIST);
        assertThat(codeOf(chats.roleOf(stranger, chat))).isEqualTo(ErrorCode.CHAT_DOES_NOT_EXIST);
        assertThat(chats.membershipsOf(stranger).blockOptional().orElseThrow().chats())
                .isEmpty();
        assertThat(chats.membershipsOf(one).blockOptional().orElseThrow().chats())
                .containsExactly(chat);
    }

    private static ChatDetails create(Mono<ChatDetails> chat) {
        return chat.blockOptional().orElseThrow();
    }

    @Test
    void withKey_thatNoChatCanHave_isNotThere() {
        assertThat(codeOf(chats.withKey(one, "gro\0up"))).isEqualTo(ErrorCode.CHAT_DOES_NOT_EXIST);
        assertThat(codeOf(chats.withKey(one, "group\uD800"))).isEqualTo(ErrorCode.CHAT_DOES_NOT_EXIST);
    }

    private static ErrorCode codeOf(Mono<?> refused) {
        return refused.then(Mono.<ErrorCode>empty())
                .onErrorResume(Refused.class, each -> Mono.just(each.code()))
                .blockOptional()
                .orElseThrow(() -> new AssertionError("was not refused"));
    }

    /// Somebody who needs no password.
    private AccountId account() {
        var name = "chats-" + System.nanoTime();
        return database.sql(
                        "insert into account (username, username_key, password_hash) values ($1, $1, '') returning id")
                .bind("$1", name)
                .mapValue(Long.class)
                .one()
                .map(AccountId::new)
                .blockOptional()
                .orElseThrow();
    }

    private long position() {
        return database.sql("select position from log_clock")
                .mapValue(Long.class)
                .one()
                .blockOptional()
                .orElseThrow();
    }
}
