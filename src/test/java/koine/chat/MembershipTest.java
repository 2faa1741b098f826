package koine.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import koine.account.Accounts;
import koine.friend.Blocks;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.MessageId;
import koine.kernel.Refused;
import koine.kernel.Role;
import koine.log.Event;
import koine.log.Event.InChat;
import koine.log.Event.MemberChanged;
import koine.log.Event.MemberJoined;
import koine.log.Event.MemberLeft;
import koine.log.Event.OfMember;
import koine.log.Log;
import koine.log.Message;
import koine.message.Messages;
import koine.message.SendMessage;
import koine.testing.KoineTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

@KoineTest
class MembershipTest {

    private static final int ALL = 200;

    @Autowired
    private Members members;

    @Autowired
    private Chats chats;

    @Autowired
    private Messages messages;

    @Autowired
    private MemberStore store;

    @Autowired
    private Accounts accounts;

    @Autowired
    private Blocks blocks;

    @Autowired
    private Log log;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private TransactionalOperator transaction;

    private AccountId owner;
    private AccountId admin;
    private AccountId member;
    private AccountId stranger;
    private ChatId group;
    private ChatId privateChat;
    private long before;

    @BeforeEach
    void aGroup() {
        owner = account();
        member = account();
        admin = account();
        stranger = account();
        group = result(chats.createGroup(owner, "people", List.of(member, admin)))
                .chat()
                .id();
        privateChat = result(chats.createPrivate(owner, stranger)).chat().id();
        members.changeRole(owner, group, admin, Role.ADMIN).block();
        before = result(log.head()).position();
    }

    @Nested
    class Adding {

        @ParameterizedTest
        @EnumSource(names = {"OWNER", "ADMIN"})
        void add_byOwnerOrAdmin_makesPlainMembersAfterTheOthers(Role by) {
            var newcomer = account();

            var chat = result(members.add(by == Role.OWNER ? owner : admin, group, List.of(newcomer, stranger)));

            assertThat(ids(chat)).containsExactly(owner, member, admin, newcomer, stranger);
            assertThat(role(newcomer)).isEqualTo(Role.MEMBER);
            assertThat(chat)
                    .usingRecursiveComparison()
                    .isEqualTo(result(chats.find(by == Role.OWNER ? owner : admin, group)));
        }

        @Test
        void add_several_isToldOnceForEachWithAPositionOfItsOwn() {
            var newcomer = account();

            members.add(owner, group, List.of(newcomer, stranger)).block();

            assertThat(events()).hasSize(2).allSatisfy(event -> {
                var joined = (MemberJoined) event;
                assertThat(joined.togetherAt()).isEqualTo(before + 1);
                assertThat(joined.member().role()).isEqualTo(Role.MEMBER);
                assertThat(joined.snapshot().members()).hasSize(5);
            });
            assertThat(events()).extracting(Event::position).containsExactly(before + 1, before + 2);
            assertThat(subjects()).containsExactly(newcomer, stranger);
        }

        @Test
        void add_toAGroupWithMessages_leavesNothingUnreadToTheNewcomer() {
            send(owner, "one");
            send(owner, "two");

            members.add(owner, group, List.of(stranger)).block();
            send(owner, "three");

            var seen = result(chats.find(stranger, group));
            assertThat(seen.chat().unread()).isEqualTo(1);
            assertThat(seen.members()).last().satisfies(newest -> {
                assertThat(newest.id()).isEqualTo(stranger);
                assertThat(newest.readSeq()).isEqualTo(2);
                assertThat(newest.deliveredSeq()).isEqualTo(2);
            });
            assertThat(result(chats.find(member, group)).chat().unread()).isEqualTo(3);
        }

        @Test
        void add_whoIsThereAlready_changesNothing() {
            var chat = result(members.add(owner, group, List.of(admin, owner)));

            assertThat(ids(chat)).containsExactly(owner, member, admin);
            assertThat(role(admin)).isEqualTo(Role.ADMIN);
            assertThat(events()).isEmpty();
        }

        @Test
        void add_oneTwiceAndOneWhoIsThere_addsOnce() {
            members.add(owner, group, List.of(stranger, admin, stranger)).block();

            assertThat(subjects()).containsExactly(stranger);
        }

        @Test
        void add_anUnknownUserAmongOthers_addsNobody() {
            refused(
                    members.add(owner, group, List.of(stranger, new AccountId(Long.MAX_VALUE))),
                    ErrorCode.USER_NOT_EXISTS);

            assertThat(ids()).containsExactly(owner, member, admin);
            assertThat(events()).isEmpty();
        }

        @Test
        void add_byAPlainMember_isForbidden() {
            refused(members.add(member, group, List.of(stranger)), ErrorCode.FORBIDDEN);

            assertThat(ids()).containsExactly(owner, member, admin);
        }

        @Test
        void add_byAStranger_isToldThatThereIsNoSuchChat() {
            refused(members.add(stranger, group, List.of(stranger)), ErrorCode.CHAT_DOES_NOT_EXIST);

            assertThat(ids()).containsExactly(owner, member, admin);
        }

        @Test
        void add_toAPrivateChat_isForbidden() {
            refused(members.add(owner, privateChat, List.of(member)), ErrorCode.FORBIDDEN);
            refused(members.add(member, privateChat, List.of(member)), ErrorCode.CHAT_DOES_NOT_EXIST);
        }

        @Test
        void add_nobody_isRefused() {
            refused(members.add(owner, group, List.of()), ErrorCode.INVALID_REQUEST);
        }

        @Test
        void add_upToTheLimit_isTakenAndOneMoreIsRefused() {
            var limited = new Members(chats, store, accounts, blocks, log, new ChatProperties(3));

            limited.add(owner, group, List.of(stranger)).block();

            refused(limited.add(owner, group, List.of(account())), ErrorCode.INVALID_REQUEST);
            assertThat(ids()).containsExactly(owner, member, admin, stranger);
            assertThat(ids(result(limited.add(owner, group, List.of(stranger)))))
                    .hasSize(4);
        }

        @Test
        void add_moreThanAGroupMayHave_isRefusedBeforeAnythingIsRead() {
            var limited = new Members(chats, store, accounts, blocks, log, new ChatProperties(2));
            var many = List.of(account(), account(), account());

            refused(limited.add(owner, group, many), ErrorCode.INVALID_REQUEST);
        }
    }

    @Nested
    class Removing {

        @Test
        void remove_byTheOwner_removesAnybody() {
            members.changeRole(owner, group, member, Role.OWNER).block();

            members.remove(owner, group, member).block();
            members.remove(owner, group, admin).block();

            assertThat(ids()).containsExactly(owner);
        }

        @Test
        void remove_byAnAdmin_removesAPlainMemberAndTellsOfIt() {
            members.remove(admin, group, member).block();

            assertThat(ids()).containsExactly(owner, admin);
            assertThat(events()).hasSize(1).first().isInstanceOf(MemberLeft.class);
            assertThat(subjects()).containsExactly(member);
        }

        @Test
        void remove_theOwnerOrAnotherAdminByAnAdmin_isForbidden() {
            members.changeRole(owner, group, member, Role.ADMIN).block();

            refused(members.remove(admin, group, owner), ErrorCode.FORBIDDEN);
            refused(members.remove(admin, group, member), ErrorCode.FORBIDDEN);

            assertThat(ids()).containsExactly(owner, member, admin);
        }

        @Test
        void remove_byAPlainMember_isForbidden() {
            refused(members.remove(member, group, owner), ErrorCode.FORBIDDEN);
            refused(members.remove(member, group, stranger), ErrorCode.FORBIDDEN);

            assertThat(ids()).containsExactly(owner, member, admin);
            assertThat(events()).isEmpty();
        }

        @Test
        void remove_byAStranger_isToldThatThereIsNoSuchChat() {
            refused(members.remove(stranger, group, member), ErrorCode.CHAT_DOES_NOT_EXIST);
            refused(members.remove(stranger, group, stranger), ErrorCode.CHAT_DOES_NOT_EXIST);

            assertThat(ids()).containsExactly(owner, member, admin);
        }

        @Test
        void remove_whoIsNoMember_isToldSo() {
            refused(members.remove(owner, group, stranger), ErrorCode.USER_DOES_NOT_EXIST);
        }

        @Test
        void remove_oneself_isLeaving() {
            members.remove(member, group, member).block();

            assertThat(ids()).containsExactly(owner, admin);
        }

        @Test
        void remove_fromAPrivateChat_isForbidden() {
            refused(members.remove(owner, privateChat, stranger), ErrorCode.FORBIDDEN);
            refused(members.remove(owner, privateChat, owner), ErrorCode.FORBIDDEN);
        }

        @Test
        void remove_somebody_leavesThemAStrangerToTheGroup() {
            var theirs = send(member, "mine");

            members.remove(owner, group, member).block();

            refused(chats.find(member, group), ErrorCode.CHAT_DOES_NOT_EXIST);
            refused(messages.after(member, group, 0, ALL), ErrorCode.CHAT_DOES_NOT_EXIST);
            refused(messages.before(member, group, Long.MAX_VALUE, ALL), ErrorCode.CHAT_DOES_NOT_EXIST);
            refused(sending(member, "hello"), ErrorCode.CHAT_DOES_NOT_EXIST);
            refused(messages.delete(member, theirs), ErrorCode.MESSAGE_DOES_NOT_EXIST);
            refused(members.add(member, group, List.of(member)), ErrorCode.CHAT_DOES_NOT_EXIST);
            assertThat(result(chats.list(member, null, ALL).collectList())).isEmpty();
        }

        @Test
        void send_whileTheAuthorsRemovalHoldsTheClock_isRefusedOnceItIsCommitted() {
            var release = Sinks.empty();
            var holder = transaction
                    .transactional(database.sql("select position from log_clock for update")
                            .fetch()
                            .one()
                            .then(release.asMono()))
                    .toFuture();
            awaitWaiting(0);
            var removal = members.remove(owner, group, member).toFuture();
            awaitWaiting(1);
            var sending = sending(member, "too late").toFuture();
            awaitWaiting(2);

            release.tryEmitEmpty();
            holder.join();
            removal.join();

            assertThat(sending)
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.CHAT_DOES_NOT_EXIST));
            assertThat(result(messages.after(owner, group, 0, ALL)).messages()).isEmpty();
        }
    }

    @Nested
    class Leaving {

        @Test
        void leave_aPlainMember_leavesTheOthersAsTheyAre() {
            members.leave(member, group).block();

            assertThat(ids()).containsExactly(owner, admin);
            assertThat(role(owner)).isEqualTo(Role.OWNER);
            assertThat(events()).hasSize(1).first().isInstanceOf(MemberLeft.class);
        }

        @Test
        void leave_theLastOwner_makesTheLongestStandingAdminOwnerFirst() {
            members.add(owner, group, List.of(stranger)).block();
            members.changeRole(owner, group, stranger, Role.ADMIN).block();
            before = result(log.head()).position();

            members.leave(owner, group).block();

            assertThat(ids(result(chats.find(admin, group)))).containsExactly(member, admin, stranger);
            assertThat(role(admin)).isEqualTo(Role.OWNER);
            assertThat(role(stranger)).isEqualTo(Role.ADMIN);
            assertThat(events()).hasSize(2);
            assertThat(events().getFirst()).isInstanceOf(MemberChanged.class);
            assertThat(events().getLast()).isInstanceOf(MemberLeft.class);
            assertThat(subjects()).containsExactly(admin, owner);
        }

        @Test
        void leave_theLastOwnerOfAGroupWithoutAdmins_makesTheLongestStandingMemberOwner() {
            members.remove(owner, group, admin).block();
            members.add(owner, group, List.of(stranger)).block();

            members.leave(owner, group).block();

            assertThat(role(member)).isEqualTo(Role.OWNER);
            assertThat(role(stranger)).isEqualTo(Role.MEMBER);
        }

        @Test
        void leave_oneOfTwoOwners_makesNobodyOwner() {
            members.changeRole(owner, group, member, Role.OWNER).block();

            members.leave(owner, group).block();

            assertThat(role(member)).isEqualTo(Role.OWNER);
            assertThat(role(admin)).isEqualTo(Role.ADMIN);
        }

        @Test
        void leave_theLastMember_deletesTheGroupAndItsMessages() {
            send(owner, "hello");
            members.remove(owner, group, member).block();
            members.remove(owner, group, admin).block();

            members.leave(owner, group).block();

            assertThat(count("chat where id")).isZero();
            await().untilAsserted(
                            () -> assertThat(count("message where chat_id")).isZero());
            assertThat(count("member where chat_id")).isZero();
            refused(chats.find(owner, group), ErrorCode.CHAT_DOES_NOT_EXIST);
            refused(sending(owner, "hello"), ErrorCode.CHAT_DOES_NOT_EXIST);
            assertThat(result(messages.after(owner, privateChat, 0, ALL)).messages())
                    .isEmpty();
            assertThat(result(chats.find(owner, privateChat)).members()).hasSize(2);
        }

        @Test
        void leave_twice_isToldThatThereIsNoSuchChat() {
            members.leave(member, group).block();

            refused(members.leave(member, group), ErrorCode.CHAT_DOES_NOT_EXIST);
        }

        @Test
        void leave_aStranger_isToldThatThereIsNoSuchChat() {
            refused(members.leave(stranger, group), ErrorCode.CHAT_DOES_NOT_EXIST);
        }

        @Test
        void leave_aPrivateChat_isForbidden() {
            refused(members.leave(owner, privateChat), ErrorCode.FORBIDDEN);

            assertThat(result(chats.find(stranger, privateChat)).members()).hasSize(2);
        }
    }

    @Nested
    class ChangingRoles {

        @Test
        void changeRole_byTheOwner_isToldAndShown() {
            var chat = result(members.changeRole(owner, group, member, Role.ADMIN));

            assertThat(chat.members()).extracting(Member::role).containsExactly(Role.OWNER, Role.ADMIN, Role.ADMIN);
            assertThat(events()).hasSize(1).first().isInstanceOfSatisfying(MemberChanged.class, changed -> {
                assertThat(changed.member().id()).isEqualTo(member);
                assertThat(changed.member().role()).isEqualTo(Role.ADMIN);
            });
        }

        @Test
        void changeRole_toOwner_makesASecondOne() {
            members.changeRole(owner, group, member, Role.OWNER).block();

            assertThat(role(owner)).isEqualTo(Role.OWNER);
            members.changeRole(member, group, owner, Role.MEMBER).block();
            assertThat(role(owner)).isEqualTo(Role.MEMBER);
        }

        @Test
        void changeRole_toWhatItIs_changesNothing() {
            members.changeRole(owner, group, admin, Role.ADMIN).block();
            members.changeRole(owner, group, owner, Role.OWNER).block();

            assertThat(events()).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(names = {"ADMIN", "MEMBER"})
        void changeRole_ofTheLastOwner_isForbidden(Role role) {
            refused(members.changeRole(owner, group, owner, role), ErrorCode.FORBIDDEN);

            assertThat(role(owner)).isEqualTo(Role.OWNER);
        }

        @Test
        void changeRole_byAnyoneElse_isForbidden() {
            refused(members.changeRole(admin, group, member, Role.ADMIN), ErrorCode.FORBIDDEN);
            refused(members.changeRole(admin, group, admin, Role.OWNER), ErrorCode.FORBIDDEN);
            refused(members.changeRole(member, group, member, Role.OWNER), ErrorCode.FORBIDDEN);

            assertThat(events()).isEmpty();
        }

        @Test
        void changeRole_byAStranger_isToldThatThereIsNoSuchChat() {
            refused(members.changeRole(stranger, group, stranger, Role.OWNER), ErrorCode.CHAT_DOES_NOT_EXIST);
        }

        @Test
        void changeRole_ofWhoIsNoMember_isToldSo() {
            refused(members.changeRole(owner, group, stranger, Role.ADMIN), ErrorCode.USER_DOES_NOT_EXIST);
        }

        @Test
        void changeRole_inAPrivateChat_isForbidden() {
            refused(members.changeRole(owner, privateChat, owner, Role.OWNER), ErrorCode.FORBIDDEN);
        }
    }

    private List<AccountId> ids() {
        return ids(result(chats.find(owner, group)));
    }

    private static List<AccountId> ids(ChatDetails chat) {
        return chat.members().stream().map(Member::id).toList();
    }

    private Role role(AccountId account) {
        return result(chats.roleOf(account, group));
    }

    /// Without those that follow from them.
    private List<Event> events() {
        return result(log.read(before, ALL)).events().stream()
                .filter(event -> event instanceof InChat)
                .toList();
    }

    private List<AccountId> subjects() {
        return events().stream().map(event -> ((OfMember) event).member().id()).toList();
    }

    private MessageId send(AccountId author, String contents) {
        return result(sending(author, contents)).id();
    }

    private Mono<Message> sending(AccountId author, String contents) {
        return messages.send(new SendMessage(author, group, contents, null));
    }

    private long count(String fromAndColumn) {
        return result(database.sql("select count(*) as n from " + fromAndColumn + " = $1")
                .bind("$1", group.value())
                .map(row -> Objects.requireNonNull(row.get("n", Long.class)))
                .one());
    }

    /// Waits until the clock's row is held and this many wait for it.
    private void awaitWaiting(int count) {
        await().untilAsserted(() -> assertThat(result(database.sql("""
                                select count(*) filter (where wait_event_type = 'Lock') as waiting,
                                    count(*) filter (where state = 'idle in transaction' and query like '%log_clock%') as holding
                                from pg_stat_activity
                                where datname = current_database()
                                """)
                        .map(row -> row.get("waiting", Long.class) + "/" + row.get("holding", Long.class))
                        .one()))
                .isEqualTo(count + "/1"));
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
