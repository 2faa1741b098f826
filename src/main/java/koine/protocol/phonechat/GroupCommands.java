package koine.protocol.phonechat;

import java.util.List;
import java.util.function.Function;
import koine.chat.Chats;
import koine.chat.Member;
import koine.chat.Members;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.Refused;
import koine.kernel.Role;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Who comes into a group, goes and rises, in the words of the protocol.
@Component
class GroupCommands {

    /// How many may be in a group that is filled by this protocol.
    static final int MOST = 128;

    private final Chats chats;
    private final Members members;
    private final People people;

    GroupCommands(Chats chats, Members members, People people) {
        this.chats = chats;
        this.members = members;
        this.people = people;
    }

    static NotDone full() {
        return NotDone.error("Group Full");
    }

    static NotDone noAdmin() {
        return NotDone.error("The Sender is not an Admin");
    }

    Mono<Answer> add(Me me, ChatId group, String number) {
        return people.other(number)
                .flatMap(other -> members.add(me.account(), group, List.of(other), MOST))
                .onErrorMap(Refused.class, GroupCommands::notAdded)
                .thenReturn(new Answer.Done("added", "Participant Added"));
    }

    /// Only one number was given, and it is somebody's: what is wrong is how many there are.
    private static Throwable notAdded(Refused refused) {
        return switch (refused.code()) {
            case FORBIDDEN -> noAdmin();
            case INVALID_REQUEST -> full();
            case BLOCKED -> NotDone.error("There Is A Block Between The Two");
            default -> refused;
        };
    }

    /// An admin is never removed, whoever asks.
    Mono<Answer> remove(Me me, ChatId group, String number) {
        return people.other(number)
                .flatMap(other -> whereIAmAdmin(me, group, list -> roleOf(other, list))
                        .flatMap(role -> role.isAtLeastAdmin()
                                ? Mono.error(NotDone.error("Wrong Operation"))
                                : members.remove(me.account(), group, other)))
                .onErrorMap(Refused.class, GroupCommands::notChanged)
                .thenReturn(new Answer.Done("removed", "Participant Removed"));
    }

    Mono<Answer> promote(Me me, ChatId group, String number) {
        return people.other(number)
                .flatMap(other -> members.changeRole(me.account(), group, other, Role.OWNER))
                .onErrorMap(Refused.class, GroupCommands::notChanged)
                .thenReturn(new Answer.Done("promoted", "Participant Promoted"));
    }

    Mono<Answer> leave(Me me, ChatId group) {
        return members.leave(me.account(), group).thenReturn(new Answer.Done("left", "Group Left"));
    }

    private static Throwable notChanged(Refused refused) {
        return switch (refused.code()) {
            case FORBIDDEN -> noAdmin();
            default -> refused;
        };
    }

    private <T> Mono<T> whereIAmAdmin(Me me, ChatId group, Function<List<Member>, T> look) {
        return chats.find(me.account(), group)
                .flatMap(details -> roleOf(me.account(), details.members()).isAtLeastAdmin()
                        ? Mono.fromCallable(() -> look.apply(details.members()))
                        : Mono.error(GroupCommands::noAdmin));
    }

    private static Role roleOf(AccountId account, List<Member> members) {
        return members.stream()
                .filter(member -> member.id().equals(account))
                .map(Member::role)
                .findFirst()
                .orElseThrow(NotDone::notFound);
    }
}
