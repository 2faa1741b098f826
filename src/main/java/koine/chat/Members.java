package koine.chat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import koine.account.Accounts;
import koine.friend.Blocks;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Role;
import koine.log.Event;
import koine.log.Event.MemberChanged;
import koine.log.Event.MemberJoined;
import koine.log.Event.MemberLeft;
import koine.log.Log;
import koine.log.Participant;
import koine.log.Person;
import koine.log.Positions;
import koine.log.Written;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Who comes into a group and who goes, and with which role they are in it. Everything is judged by how the
/// group is once the log's clock is held, so no two changes cross.
///
/// Every change is refused with `CHAT_DOES_NOT_EXIST` for one who is no member, and with `FORBIDDEN` in a
/// private chat.
@Service
public class Members {

    private final Chats chats;
    private final MemberStore store;
    private final Accounts accounts;
    private final Blocks blocks;
    private final Log log;
    private final ChatProperties properties;

    Members(Chats chats, MemberStore store, Accounts accounts, Blocks blocks, Log log, ChatProperties properties) {
        this.chats = chats;
        this.store = store;
        this.accounts = accounts;
        this.blocks = blocks;
        this.log = log;
        this.properties = properties;
    }

    /// Adds plain members to a group: all of them, or on an error none. Those who are in it already stay what
    /// they are. What was said before they came is not unread to them.
    ///
    /// Errors: `FORBIDDEN` unless one is owner or admin; `USER_NOT_EXISTS`; `BLOCKED` by, or for, any of
    /// them; `INVALID_REQUEST` for nobody, or if the group would have more members than groups may have.
    public Mono<ChatDetails> add(AccountId me, ChatId chat, List<AccountId> others) {
        return add(me, chat, others, properties.maxInAll());
    }

    /// As [#add(AccountId, ChatId, List)].
    ///
    /// @param most how many may be in it then, if that is fewer than groups may have
    public Mono<ChatDetails> add(AccountId me, ChatId chat, List<AccountId> others, int most) {
        return Mono.fromCallable(() -> distinct(others))
                .delayUntil(wanted -> group(me, chat).map(Group::ifMayAdd).then(blocks.refuseIfApart(me, wanted)))
                .flatMap(wanted -> log.<Boolean>write(positions ->
                        group(me, chat).map(Group::ifMayAdd).flatMap(group -> add(group, wanted, most, positions))))
                .then(Mono.defer(() -> chats.find(me, chat)));
    }

    /// Removes somebody from a group. Who removes themselves leaves.
    ///
    /// Errors: `FORBIDDEN` unless one is owner, or is admin and the other is a plain member;
    /// `USER_DOES_NOT_EXIST` if the other is no member.
    public Mono<Void> remove(AccountId me, ChatId chat, AccountId other) {
        return me.equals(other) ? leave(me, chat) : removeOther(me, chat, other);
    }

    /// Leaves a group. The last owner's place goes to the longest-standing admin, or else member; with the last
    /// member goes the group, and all that was said in it.
    public Mono<Void> leave(AccountId me, ChatId chat) {
        return log.<Boolean>write(positions -> group(me, chat).flatMap(group -> leave(group, positions)))
                .then();
    }

    /// Leaves all groups, one after the other and as [#leave] does, and then, in one last change, those one was
    /// added to meanwhile; closes one's private chats, which the others can still read; and does what else has to
    /// be done at once with that. Gives the latter. After an error it may be repeated.
    public <T> Mono<T> leaveForGood(AccountId me, Supplier<Mono<T>> atLast) {
        return store.groupsOf(me)
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .concatMap(group -> leave(me, group).onErrorResume(Members::isGone, _ -> Mono.empty()))
                .then(log.write(positions -> leaveRest(me, positions)
                        .delayUntil(_ -> store.closePrivate(me))
                        .zipWhen(_ -> atLast.get(), (events, done) -> new Written<>(done, events))));
    }

    /// Gives a member a role. There may be several owners.
    ///
    /// Errors: `FORBIDDEN` unless one is owner, and for the last owner to become less; `USER_DOES_NOT_EXIST` if
    /// the other is no member.
    public Mono<ChatDetails> changeRole(AccountId me, ChatId chat, AccountId member, Role role) {
        return log.<Boolean>write(positions -> group(me, chat)
                        .map(group -> group.ifMayBecome(member, role))
                        .flatMap(found -> changeRole(chat, found, role, positions)))
                .then(Mono.defer(() -> chats.find(me, chat)));
    }

    /// Makes oneself a plain member of a chat that anybody may join, unless one is in it already.
    ///
    /// Errors: `FORBIDDEN` if it has as many members as it may have.
    ///
    /// @param open which one, looked up when the clock is held
    Mono<ChatDetails> enter(AccountId me, Mono<ChatId> open) {
        return log.<ChatId>write(positions -> open.flatMap(chats::findOpen)
                        .map(details -> new Group(me, details.chat(), details.members()))
                        .flatMap(group -> enter(group, positions)))
                .flatMap(chat -> chats.find(me, chat));
    }

    private Mono<Written<ChatId>> enter(Group group, Positions positions) {
        if (group.has(group.me())) {
            return Mono.just(Written.nothing(group.id()));
        }
        if (group.members().size() >= properties.maxInAll()) {
            return Mono.error(() -> new Refused(ErrorCode.FORBIDDEN, "the room is full"));
        }
        var me = List.of(group.me());
        return accounts.usernames(me)
                .map(names -> newcomers(me, names))
                .flatMap(newcomers -> join(group, newcomers, null, positions))
                .map(joined -> new Written<>(group.id(), joined.events()));
    }

    private Mono<Group> group(AccountId me, ChatId chat) {
        return chats.find(me, chat).map(details -> Group.of(me, details));
    }

    private List<AccountId> distinct(List<AccountId> others) {
        var distinct = others.stream().distinct().toList();
        if (distinct.isEmpty() || distinct.size() > properties.maxMembers()) {
            throw Refused.invalid("user_ids", "must name 1 to %d users".formatted(properties.maxMembers()));
        }
        return distinct;
    }

    private Mono<Written<Boolean>> add(Group group, List<AccountId> wanted, int wish, Positions positions) {
        var missing = wanted.stream().filter(account -> !group.has(account)).toList();
        if (missing.isEmpty()) {
            return Mono.just(Written.nothing(false));
        }
        var most = Math.min(wish, properties.maxInAll());
        if (group.members().size() + missing.size() > most) {
            return Mono.error(Refused.invalid("user_ids", "the group would have more than %d members".formatted(most)));
        }
        return accounts.usernames(missing)
                .map(names -> newcomers(missing, names))
                .flatMap(newcomers -> join(group, newcomers, group.self().person(), positions));
    }

    private static List<Participant> newcomers(List<AccountId> accounts, Map<AccountId, String> names) {
        return accounts.stream().map(account -> newcomer(account, names)).toList();
    }

    private static Participant newcomer(AccountId account, Map<AccountId, String> names) {
        return Optional.ofNullable(names.get(account))
                .map(name -> new Participant(account, name, Role.MEMBER))
                .orElseThrow(() -> new Refused(ErrorCode.USER_NOT_EXISTS, "there is no user " + account.value()));
    }

    /// @param by who brings them in; null if they come by themselves
    private Mono<Written<Boolean>> join(
            Group group, List<Participant> newcomers, @Nullable Person by, Positions positions) {
        var snapshot = group.with(newcomers);
        var first = positions.next();
        var events = Stream.iterate(0, n -> n < newcomers.size(), n -> n + 1)
                .map(n -> new MemberJoined(n == 0 ? first : positions.next(), newcomers.get(n), first, snapshot, by))
                .toList();
        var joins = events.stream()
                .map(event -> new MemberStore.Join(event.member().id(), event.position()))
                .toList();
        return store.add(group.id(), joins, snapshot.lastSeq()).thenReturn(new Written<>(true, List.copyOf(events)));
    }

    private Mono<Void> removeOther(AccountId me, ChatId chat, AccountId other) {
        return log.<Boolean>write(positions -> group(me, chat)
                        .map(group -> group.ifMayRemove(other))
                        .flatMap(member -> end(chat, member, positions))
                        .map(left -> new Written<>(true, List.of(left))))
                .then();
    }

    private Mono<Written<Boolean>> leave(Group group, Positions positions) {
        return passOn(group, positions)
                .concatWith(Mono.defer(() -> end(group.id(), group.self(), positions)))
                .collectList()
                .delayUntil(events -> group.isAlone()
                        ? store.deleteChat(group.id(), events.getLast().position())
                        : Mono.empty())
                .map(events -> new Written<>(true, events));
    }

    private Mono<List<Event>> leaveRest(AccountId me, Positions positions) {
        return store.groupsOf(me)
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .concatMap(id -> group(me, id))
                .concatMap(group -> leave(group, positions))
                .concatMapIterable(Written::events)
                .collectList();
    }

    private static boolean isGone(Throwable problem) {
        return problem instanceof Refused refused && refused.code() == ErrorCode.CHAT_DOES_NOT_EXIST;
    }

    /// Before the owner goes, so that the group is never seen without one.
    private Mono<Event> passOn(Group group, Positions positions) {
        return Mono.justOrEmpty(group.heir()).flatMap(heir -> become(group.id(), heir, Role.OWNER, positions));
    }

    private Mono<Written<Boolean>> changeRole(ChatId chat, Member member, Role role, Positions positions) {
        return member.role() == role
                ? Mono.just(Written.nothing(false))
                : become(chat, member, role, positions).map(changed -> new Written<>(true, List.of(changed)));
    }

    private Mono<Event> become(ChatId chat, Member member, Role role, Positions positions) {
        var changed = new Participant(member.id(), member.username(), role);
        return store.setRole(chat, member.id(), role)
                .then(Mono.fromSupplier(() -> new MemberChanged(positions.next(), chat, changed)));
    }

    private Mono<Event> end(ChatId chat, Member member, Positions positions) {
        var position = positions.next();
        return store.end(chat, member.id(), position).thenReturn(new MemberLeft(position, chat, member.participant()));
    }
}
