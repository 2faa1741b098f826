package koine.notification;

import java.util.List;
import java.util.stream.Stream;
import koine.kernel.ChatType;
import koine.kernel.NotificationType;
import koine.kernel.Role;
import koine.log.Consequences;
import koine.log.Event;
import koine.log.Event.Blocked;
import koine.log.Event.ChatCreated;
import koine.log.Event.ChatDeleted;
import koine.log.Event.ChatUpdated;
import koine.log.Event.FriendAccepted;
import koine.log.Event.FriendRemoved;
import koine.log.Event.FriendRequested;
import koine.log.Event.InChat;
import koine.log.Event.MemberChanged;
import koine.log.Event.MemberJoined;
import koine.log.Event.MemberLeft;
import koine.log.Event.MessageDeleted;
import koine.log.Event.MessageEdited;
import koine.log.Event.MessageSent;
import koine.log.Event.Notified;
import koine.log.Event.ToAccount;
import koine.log.Event.Unblocked;
import koine.log.Participant;
import koine.log.Person;
import koine.log.Positions;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Knows who is notified of which events, and does so in the transaction that makes them true.
@Component
class Notifier implements Consequences {

    private final NotificationStore store;
    private final NotificationProperties properties;

    Notifier(NotificationStore store, NotificationProperties properties) {
        this.store = store;
        this.properties = properties;
    }

    @Override
    public Mono<List<Event>> of(List<Event> events, Positions positions) {
        var placed = events.stream()
                .flatMap(Notifier::drafts)
                .map(draft -> new NotificationStore.Placed(positions.next(), draft))
                .toList();
        return placed.isEmpty()
                ? Mono.just(List.of())
                : store.insert(placed, properties.maxKept())
                        .map(at -> placed.stream().<Event>map(one -> one.at(at)).toList());
    }

    private static Stream<Draft> drafts(Event event) {
        return switch (event) {
            case InChat in -> drafts(in);
            case ToAccount to -> drafts(to);
        };
    }

    private static Stream<Draft> drafts(ToAccount event) {
        return switch (event) {
            case FriendRequested asked ->
                Stream.of(new Draft(asked.account(), NotificationType.FRIEND_REQUEST, asked.other(), null));
            case FriendAccepted accepted
            when accepted.asked() ->
                Stream.of(new Draft(accepted.account(), NotificationType.FRIEND_ACCEPTED, accepted.other(), null));
            case FriendAccepted _, FriendRemoved _, Blocked _, Unblocked _, Notified _ -> Stream.empty();
        };
    }

    private static Stream<Draft> drafts(InChat event) {
        return switch (event) {
            case ChatCreated created when created.type() != ChatType.PRIVATE -> added(created);
            case MemberJoined joined -> added(joined);
            case ChatCreated _, ChatUpdated _, ChatDeleted _, MemberLeft _, MemberChanged _ -> Stream.empty();
            case MessageSent _, MessageEdited _, MessageDeleted _ -> Stream.empty();
        };
    }

    /// By its owner, who made it.
    private static Stream<Draft> added(ChatCreated created) {
        var owner = created.participants().getFirst();
        return created.participants().stream()
                .filter(participant -> participant.role() != Role.OWNER)
                .map(participant -> added(participant, person(owner), created));
    }

    private static Stream<Draft> added(MemberJoined joined) {
        return Stream.ofNullable(joined.by()).map(by -> added(joined.member(), by, joined));
    }

    private static Draft added(Participant member, Person by, InChat event) {
        return new Draft(member.id(), NotificationType.CHAT_ADDED, by, event.chat());
    }

    private static Person person(Participant participant) {
        return new Person(participant.id(), participant.username());
    }
}
