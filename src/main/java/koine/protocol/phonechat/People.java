package koine.protocol.phonechat;

import java.util.List;
import koine.auth.SignedIn;
import koine.chat.ChatDetails;
import koine.chat.Member;
import koine.kernel.AccountId;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Whom the fields of a call name, and how a group is shown.
@Component("phonechatPeople")
class People {

    private final Doors doors;
    private final Directory directory;

    People(Doors doors, Directory directory) {
        this.doors = doors;
        this.directory = directory;
    }

    /// Whoever asks, who must be whom the field names.
    ///
    /// Errors: `FORBIDDEN`.
    Mono<Me> me(SignedIn who, String number) {
        return doors.me(who, number);
    }

    /// Errors: [NotDone] for a number that is nobody's.
    Mono<AccountId> other(String number) {
        return directory.find(number).switchIfEmpty(Mono.error(NotDone::notFound));
    }

    Mono<Answer> group(ChatDetails details, String info) {
        var members = details.members();
        return directory
                .byAccount(members.stream().map(Member::id).toList())
                .map(numbers -> new Answer.Group(
                        details.chat().name(),
                        details.chat().key(),
                        details.chat().bio() == null ? "" : details.chat().bio(),
                        members.stream().map(Member::id).map(numbers).toList(),
                        members.stream()
                                .filter(member -> member.role().isAtLeastAdmin())
                                .map(Member::id)
                                .map(numbers)
                                .toList(),
                        info));
    }

    /// Errors: [NotDone] naming those numbers that are nobody's, by the field in which they stand.
    Mono<Found> all(List<String> admin, List<String> participants) {
        return Mono.zip(directory.find(admin), directory.find(participants)).map(found -> {
            var noAdmin = admin.stream()
                    .filter(number -> !found.getT1().containsKey(number))
                    .toList();
            var noParticipant = participants.stream()
                    .filter(number -> !found.getT2().containsKey(number))
                    .toList();
            if (!noAdmin.isEmpty() || !noParticipant.isEmpty()) {
                throw NotDone.error(new Unknown(noParticipant, noAdmin));
            }
            return new Found(
                    List.copyOf(found.getT1().values()),
                    participants.stream().map(found.getT2()::get).toList());
        });
    }

    record Found(List<AccountId> admin, List<AccountId> participants) {}

    record Unknown(List<String> participants, List<String> admin) {}
}
