package koine.chat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import koine.account.Accounts;
import koine.friend.Blocks;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.MessageId;
import koine.kernel.Refused;
import koine.kernel.Retention;
import koine.kernel.Role;
import koine.kernel.Text;
import koine.log.Event.ChatCreated;
import koine.log.Log;
import koine.log.Participant;
import koine.log.Person;
import koine.log.Positions;
import koine.log.Written;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Which chats there are and who is in them. Whoever is not a member of a chat is told that it does not exist.
@Service
public class Chats {

    private final ChatStore store;
    private final MembershipStore memberships;
    private final SummaryStore summaries;
    private final Accounts accounts;
    private final Blocks blocks;
    private final Log log;
    private final NewGroups newGroups;

    Chats(
            ChatStore store,
            MembershipStore memberships,
            SummaryStore summaries,
            Accounts accounts,
            Blocks blocks,
            Log log,
            NewGroups newGroups) {
        this.store = store;
        this.memberships = memberships;
        this.summaries = summaries;
        this.accounts = accounts;
        this.blocks = blocks;
        this.log = log;
        this.newGroups = newGroups;
    }

    /// Opens the private chat of two accounts.
    ///
    /// Errors: `CHAT_WITH_YOURSELF`; `USER_NOT_EXISTS`; `BLOCKED`; `CHAT_EXISTS`, with the chat there is.
    public Mono<ChatDetails> createPrivate(AccountId me, AccountId other) {
        return createPrivate(me, other, Retention.KEEP);
    }

    /// As [#createPrivate(AccountId, AccountId)].
    public Mono<ChatDetails> createPrivate(AccountId me, AccountId other, Retention retention) {
        if (me.equals(other)) {
            return Mono.error(withYourself());
        }
        var pair = ChatStore.Pair.of(me, other);
        var chat = ChatStore.NewChat.ofTwo(pair).with(retention);
        return log.write(positions -> blocks.refuseIfApart(me, List.of(other))
                        .then(participants(List.of(me, other), Role.MEMBER))
                        .flatMap(both -> refuseIfThere(pair).then(create(chat, both, positions))))
                .flatMap(id -> find(me, id));
    }

    /// The private chat of two accounts, which is opened if there is none yet.
    ///
    /// Errors: `CHAT_WITH_YOURSELF`; if there is none, `USER_NOT_EXISTS` and `BLOCKED`.
    public Mono<ChatId> privateChat(AccountId me, AccountId other) {
        return privateChat(me, other, Retention.KEEP);
    }

    /// As [#privateChat(AccountId, AccountId)].
    ///
    /// @param retention of one that is opened
    public Mono<ChatId> privateChat(AccountId me, AccountId other, Retention retention) {
        return me.equals(other)
                ? Mono.error(Chats::withYourself)
                : findPrivate(me, other).switchIfEmpty(Mono.defer(() -> open(me, other, retention)));
    }

    /// The private chat of two accounts; empty if there is none.
    public Mono<ChatId> findPrivate(AccountId me, AccountId other) {
        return store.findPrivate(ChatStore.Pair.of(me, other));
    }

    private Mono<ChatId> open(AccountId me, AccountId other, Retention retention) {
        return createPrivate(me, other, retention)
                .map(made -> made.chat().id())
                .onErrorResume(
                        Refused.class,
                        refused -> Mono.justOrEmpty(refused.chat()).switchIfEmpty(Mono.error(refused)));
    }

    private static Refused withYourself() {
        return new Refused(ErrorCode.CHAT_WITH_YOURSELF, "a chat needs somebody else");
    }

    /// Opens a group with oneself as its owner. Whoever is named twice is in it once.
    ///
    /// Errors: `INVALID_REQUEST` for an unusable name, a number of ids outside 1 to 1,000, or more members than
    /// groups may have; `CHAT_WITH_YOURSELF` if one is among them oneself; `USER_NOT_EXISTS`; `BLOCKED` by, or
    /// for, any of them.
    public Mono<ChatDetails> createGroup(AccountId me, @Nullable String name, List<AccountId> others) {
        return createGroup(me, name, others, Retention.KEEP);
    }

    /// As [#createGroup(AccountId, String, List)].
    public Mono<ChatDetails> createGroup(
            AccountId me, @Nullable String name, List<AccountId> others, Retention retention) {
        return Mono.fromCallable(() -> newGroups.of(me, name, others).with(retention))
                .delayUntil(_ -> blocks.refuseIfApart(me, others))
                .flatMap(chat -> log.write(positions ->
                        participants(withMeFirst(me, others), Role.OWNER).flatMap(all -> create(chat, all, positions))))
                .flatMap(id -> find(me, id));
    }

    /// Opens a group with one or more owners.
    ///
    /// Errors: `INVALID_REQUEST`; `FORBIDDEN` for more members than `most`; `USER_NOT_EXISTS`; `BLOCKED` by, or
    /// for, any of them.
    ///
    /// @param most how many may be in it, if that is fewer than groups may have
    public Mono<ChatDetails> createGroup(AccountId me, CreateGroup wish, int most) {
        return Mono.fromCallable(() -> newGroups.of(me, wish, most))
                .delayUntil(_ -> blocks.refuseIfApart(me, wish.others(me)))
                .flatMap(chat -> log.write(positions -> participants(wish.all(me), Role.OWNER)
                        .map(all -> withRoles(all, me, wish))
                        .flatMap(all -> create(chat, all, positions))))
                .flatMap(id -> find(me, id));
    }

    private static List<Participant> withRoles(List<Participant> all, AccountId me, CreateGroup wish) {
        return all.stream()
                .map(each -> new Participant(each.id(), each.username(), wish.roleOf(me, each.id())))
                .toList();
    }

    /// What a chat is called, whoever asks; empty if it is not there.
    public Mono<ChatName> nameOf(ChatId chat) {
        return store.name(chat);
    }

    /// The chat with that key, and what it is called, for one who is in it.
    ///
    /// Errors: `CHAT_DOES_NOT_EXIST` also for one who is no member.
    public Mono<ChatName> withKey(AccountId me, String key) {
        var found = Text.isStorable(key) ? store.name(key) : Mono.<ChatName>empty();
        return found.switchIfEmpty(notThere()).delayUntil(chat -> roleOf(me, chat.id()));
    }

    /// A chat with its members.
    ///
    /// Errors: `CHAT_DOES_NOT_EXIST` also for one who is no member.
    public Mono<ChatDetails> find(AccountId me, ChatId chat) {
        return summaries
                .find(me, chat)
                .switchIfEmpty(notThere())
                .zipWhen(_ -> summaries.members(chat).collectList(), ChatDetails::new);
    }

    /// One's chats that were last active before a time, or from the newest on; the most recently active first.
    /// Chats as recently active as the last one are all among them, so there may be more than `limit`.
    public Flux<Chat> list(AccountId me, @Nullable Instant before, int limit) {
        return summaries.list(me, before, limit);
    }

    /// The other ones in those of the chats that are private ones of the account; one that was erased is among
    /// them, as a tombstone.
    public Mono<Map<ChatId, Person>> partners(AccountId me, List<ChatId> chats) {
        return store.partners(me, chats).collectMap(ChatStore.Partner::chat, ChatStore.Partner::person);
    }

    /// A chat as somebody sees it who may join it: nothing is unread.
    Mono<ChatDetails> findOpen(ChatId chat) {
        return summaries
                .findOpen(chat)
                .switchIfEmpty(notThere())
                .zipWhen(_ -> summaries.members(chat).collectList(), ChatDetails::new);
    }

    /// Completes if the account is a member.
    ///
    /// Errors: `CHAT_DOES_NOT_EXIST`.
    public Mono<Role> roleOf(AccountId account, ChatId chat) {
        return memberships.role(chat, account).switchIfEmpty(notThere());
    }

    /// As [#roleOf], for one who wants to read: for many of them at a time, and not within a change.
    public Mono<Role> readerIn(AccountId account, ChatId chat) {
        return memberships.roleSoon(chat, account).switchIfEmpty(notThere());
    }

    /// Completes if the account is a member and may say something there.
    ///
    /// Errors: `CHAT_DOES_NOT_EXIST`; `BLOCKED` in a private chat with a block between the two.
    public Mono<Role> speakerIn(AccountId account, ChatId chat) {
        return roleOf(account, chat).delayUntil(_ -> store.isBlocked(chat).flatMap(Chats::refuseIf));
    }

    private static Mono<Void> refuseIf(boolean blocked) {
        return blocked ? Mono.error(Refused.blocked()) : Mono.empty();
    }

    /// In which chats an account is, for those who follow the log from that position on.
    public Mono<Memberships> membershipsOf(AccountId account) {
        return memberships.of(account);
    }

    /// A message was deleted: if it was its chat's newest, another one is now. To be called within the change
    /// that deletes it.
    public Mono<Void> messageDeleted(ChatId chat, MessageId message) {
        return store.forgetLastMessage(chat, message.value());
    }

    private static List<AccountId> withMeFirst(AccountId me, List<AccountId> others) {
        return Stream.concat(Stream.of(me), others.stream()).distinct().toList();
    }

    /// To be called while the log's clock is held, so that nobody among them is erased meanwhile.
    ///
    /// @param first the role of the first of them; the others are plain members
    Mono<List<Participant>> participants(List<AccountId> ids, Role first) {
        return accounts.usernames(ids)
                .map(names -> ids.stream()
                        .map(id -> participant(id, names, id.equals(ids.getFirst()) ? first : Role.MEMBER))
                        .toList());
    }

    private static Participant participant(AccountId id, Map<AccountId, String> names, Role role) {
        return Optional.ofNullable(names.get(id))
                .map(name -> new Participant(id, name, role))
                .orElseThrow(() -> new Refused(ErrorCode.USER_NOT_EXISTS, "there is no user " + id.value()));
    }

    private Mono<Void> refuseIfThere(ChatStore.Pair pair) {
        return store.findPrivate(pair).flatMap(there -> Mono.error(Refused.chatExists(there)));
    }

    Mono<Written<ChatId>> create(ChatStore.NewChat chat, List<Participant> participants, Positions positions) {
        return Mono.defer(() -> store.insert(chat).flatMap(made -> {
            var position = positions.next();
            var event = new ChatCreated(
                    position,
                    made.id(),
                    chat.type(),
                    chat.name(),
                    chat.bio(),
                    chat.key(),
                    made.createdAt(),
                    participants);
            return store.insertMembers(made.id(), participants, position)
                    .thenReturn(new Written<>(made.id(), List.of(event)));
        }));
    }

    private static <T> Mono<T> notThere() {
        return Mono.error(() -> new Refused(ErrorCode.CHAT_DOES_NOT_EXIST, "there is no such chat"));
    }
}
