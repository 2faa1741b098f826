package koine.chat;

import koine.kernel.AccountId;
import koine.kernel.Role;
import koine.log.Participant;
import koine.log.Person;

/// Somebody in a chat.
///
/// @param deliveredSeq the member has received all messages up to this one
/// @param readSeq      the member has read all messages up to this one
public record Member(AccountId id, String username, Role role, long deliveredSeq, long readSeq) {

    Participant participant() {
        return new Participant(id, username, role);
    }

    Person person() {
        return new Person(id, username);
    }
}
