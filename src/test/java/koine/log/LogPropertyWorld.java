package koine.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import koine.chat.Chats;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.message.Messages;

/// The people and chats of [LogPropertyTest], and what the senders were told. Every text is sent as one message
/// only, so that it tells that message.
final class LogPropertyWorld {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    final Messages messages;
    final List<AccountId> people;
    final List<ChatId> rooms = new ArrayList<>();

    /// Message ids by the texts that were answered ok.
    final Map<String, Long> accepted = new ConcurrentHashMap<>();

    /// The texts that were answered `UNAVAILABLE` and, having no key, were not sent again.
    final Set<String> doubtful = ConcurrentHashMap.newKeySet();

    /// The texts that must not be stored.
    final Set<String> refused = ConcurrentHashMap.newKeySet();

    /// The ids of messages whose deletion was answered ok.
    final Set<Long> deleted = ConcurrentHashMap.newKeySet();

    /// Answers that nobody should have got.
    final Queue<String> surprises = new ConcurrentLinkedQueue<>();

    final AtomicInteger unavailable = new AtomicInteger();
    volatile boolean writing = true;

    private final Chats chats;
    private final Map<ChatId, Set<AccountId>> members = new ConcurrentHashMap<>();

    LogPropertyWorld(Messages messages, Chats chats, List<AccountId> people) {
        this.messages = messages;
        this.chats = chats;
        this.people = people;
    }

    /// A group of some people, its owner among them; a room if it is to be written to.
    ChatId makeGroup(AccountId owner, Random random) {
        var others = new ArrayList<>(people);
        others.remove(owner);
        Collections.shuffle(others, random);
        var invited = List.copyOf(others.subList(0, 2 + random.nextInt(5)));
        var made = chats.createGroup(owner, "a group", invited).block(PATIENCE);
        var id = Objects.requireNonNull(made).chat().id();
        var all = new ArrayList<>(invited);
        all.add(owner);
        members.put(id, Set.copyOf(all));
        return id;
    }

    boolean isMember(ChatId room, AccountId who) {
        return Objects.requireNonNull(members.get(room)).contains(who);
    }

    @Override
    public String toString() {
        return "%d accepted, %d times unavailable, %d doubtful, %d refused, %d deleted"
                .formatted(accepted.size(), unavailable.get(), doubtful.size(), refused.size(), deleted.size());
    }
}
