package koine.chat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.Role;
import koine.log.ChatSnapshot;
import koine.log.ChatSnapshot.Standing;
import koine.log.Participant;
import org.jspecify.annotations.Nullable;

/// A group as one of its members finds it, and the rules of what that one may do to it and its membership.
///
/// @param me      whose doings are judged
/// @param members the longest-standing first
record Group(AccountId me, Chat chat, List<Member> members) {

    /// @throws Refused `FORBIDDEN` for a private chat, which is what it is
    static Group of(AccountId me, ChatDetails details) {
        return switch (details.chat().type()) {
            case GROUP, ROOM -> new Group(me, details.chat(), details.members());
            case PRIVATE -> throw forbidden("a private chat can't be changed");
        };
    }

    ChatId id() {
        return chat.id();
    }

    boolean has(AccountId account) {
        return find(account).isPresent();
    }

    /// @throws Refused `FORBIDDEN` unless one may change its name and bio, or delete it
    Group ifMayChange() {
        if (!self().role().isAtLeastAdmin()) {
            throw forbidden("only an owner or admin may change or delete the chat");
        }
        return this;
    }

    /// @throws Refused `FORBIDDEN` unless one may add others
    Group ifMayAdd() {
        if (!self().role().isAtLeastAdmin()) {
            throw forbidden("only an owner or admin may add members");
        }
        return this;
    }

    /// The member, if one may remove it: an owner everybody, an admin those who are neither.
    ///
    /// @throws Refused `FORBIDDEN`; `USER_DOES_NOT_EXIST` if there is no such member
    Member ifMayRemove(AccountId account) {
        var myRole = self().role();
        if (!myRole.isAtLeastAdmin()) {
            throw forbidden("only an owner or admin may remove others");
        }
        var member = required(account);
        if (myRole == Role.ADMIN && member.role().isAtLeastAdmin()) {
            throw forbidden("an admin can't remove an owner or admin");
        }
        return member;
    }

    /// The member, if one may give it the role: owners may, but the last one can't give up being it.
    ///
    /// @throws Refused `FORBIDDEN`; `USER_DOES_NOT_EXIST` if there is no such member
    Member ifMayBecome(AccountId account, Role role) {
        if (self().role() != Role.OWNER) {
            throw forbidden("only an owner may change roles");
        }
        var member = required(account);
        if (role != Role.OWNER && isLastOwner(member)) {
            throw forbidden("the group would be without an owner");
        }
        return member;
    }

    /// Who one is in it.
    Member self() {
        return required(me);
    }

    /// Whether nobody is left when one leaves.
    boolean isAlone() {
        return members.size() == 1;
    }

    /// Who must become owner if one leaves: the longest-standing admin, or else member. Nobody while there is
    /// another owner.
    Optional<Member> heir() {
        if (!isLastOwner(self())) {
            return Optional.empty();
        }
        return oldestOther(Role.ADMIN).or(() -> oldestOther(Role.MEMBER));
    }

    /// Under which no other room may be, if it had this name; null for what is no room.
    ///
    /// @throws Refused `INVALID_REQUEST` for one that a room can't have
    @Nullable
    String checkedNameKey(@Nullable String name) {
        return switch (chat.type()) {
            case ROOM -> RoomName.keyOf(chat.type(), RoomName.checked(name));
            case PRIVATE, GROUP -> null;
        };
    }

    /// As all of its members find it.
    ChatSnapshot snapshot() {
        return with(List.of());
    }

    /// As those find it who are added now: with no marks to catch up with.
    ChatSnapshot with(List<Participant> newcomers) {
        var old = members.stream()
                .map(member -> new Standing(member.participant(), member.deliveredSeq(), member.readSeq()));
        var added = newcomers.stream().map(newcomer -> new Standing(newcomer, chat.lastSeq(), chat.lastSeq()));
        return new ChatSnapshot(
                chat.id(),
                chat.type(),
                chat.name(),
                chat.bio(),
                chat.key(),
                chat.createdAt(),
                chat.updatedAt(),
                chat.lastSeq(),
                chat.lastMessage(),
                Stream.concat(old, added).toList());
    }

    private boolean isLastOwner(Member member) {
        return member.role() == Role.OWNER
                && members.stream().filter(one -> one.role() == Role.OWNER).count() == 1;
    }

    private Optional<Member> oldestOther(Role role) {
        return members.stream()
                .filter(member -> member.role() == role && !member.id().equals(me))
                .findFirst();
    }

    private Member required(AccountId account) {
        return find(account)
                .orElseThrow(() -> new Refused(
                        ErrorCode.USER_DOES_NOT_EXIST, "user " + account.value() + " is no member of this chat"));
    }

    private Optional<Member> find(AccountId account) {
        return members.stream().filter(member -> member.id().equals(account)).findFirst();
    }

    private static Refused forbidden(String detail) {
        return new Refused(ErrorCode.FORBIDDEN, detail);
    }
}
