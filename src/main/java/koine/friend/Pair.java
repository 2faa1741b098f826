package koine.friend;

import java.util.List;
import koine.log.Event;
import koine.log.Event.FriendAccepted;
import koine.log.Event.FriendRemoved;
import koine.log.Event.FriendRequested;
import koine.log.Person;
import koine.log.Positions;

/// Two people, of whom one does something, and what both of them are told of it.
record Pair(Person me, Person other) {

    List<Event> asked(Positions positions) {
        return List.of(new FriendRequested(positions.next(), other.id(), me));
    }

    List<Event> accepted(Positions positions) {
        return List.of(
                new FriendAccepted(positions.next(), other.id(), me, true),
                new FriendAccepted(positions.next(), me.id(), other, false));
    }

    List<Event> parted(Positions positions) {
        return List.of(
                new FriendRemoved(positions.next(), other.id(), me),
                new FriendRemoved(positions.next(), me.id(), other));
    }
}
