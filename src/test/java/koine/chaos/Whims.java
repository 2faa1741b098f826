package koine.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import koine.chaos.Counts.What;
import koine.chaos.Journal.Change;
import koine.chaos.Journal.Outcome;
import koine.chaos.Journal.Send;
import koine.chaos.Seen.Chat;
import koine.chaos.Seen.Sighting;
import koine.testing.Api.User;
import org.jspecify.annotations.Nullable;

/// What a client feels like doing, by the dice: some of it over its line, some over HTTP and any server.
final class Whims {

    private static final String SMALL = "small";

    private final Cluster cluster;
    private final User me;
    private final Random random;
    private final Wire wire;
    private final Calls calls;
    private final Seen seen;
    private final Answers answers;
    private final Journal journal;

    Whims(Cluster cluster, User me, Random random, Wire wire, Calls calls, Seen seen, Answers answers) {
        this.cluster = cluster;
        this.me = me;
        this.random = random;
        this.wire = wire;
        this.calls = calls;
        this.seen = seen;
        this.answers = answers;
        this.journal = answers.journal();
    }

    /// The client's line to a server.
    interface Wire {

        /// Sends a command, whose answer is one to the send or the change.
        void tell(Map<String, Object> command, @Nullable Send send, @Nullable Change change);

        /// Whether it takes commands at all, or only tells.
        boolean takesCommands();

        boolean isFull();

        void disconnect(boolean politely);
    }

    void doSomething() throws InterruptedException {
        var dice = random.nextInt(100);
        if (dice < 48) {
            speak();
        } else if (dice < 62) {
            edit();
        } else if (dice < 71) {
            delete();
        } else if (dice < 83) {
            changeGroup();
        } else if (dice < 87) {
            create("group", Map.of("name", SMALL, "with_ids", List.of(anyOther())));
        } else if (dice < 90) {
            create("private", Map.of("with_user_id", anyOther()));
        } else if (dice < 93) {
            sayAgain();
        } else if (dice < 95) {
            beFriends();
        } else if (dice < 97) {
            read();
        } else {
            wire.disconnect(random.nextBoolean());
        }
    }

    /// Sends it, for the first time or again.
    void send(Send send) throws InterruptedException {
        if (send.attempts++ > 0) {
            cluster.counts().add(What.RETRIES);
        }
        if (wire.takesCommands() && random.nextInt(4) > 0) {
            var command = Map.<String, Object>of(
                    "type", "message.send", "chat_id", send.chat, "contents", send.contents, "key", send.key);
            wire.tell(command, send, null);
            return;
        }
        var body = Map.of("contents", send.contents, "key", send.key);
        calls.call(anyPort(), "POST", "/chat/" + send.chat + "/message", body)
                .ifPresentOrElse(answer -> answers.settle(send, answer), () -> answers.unanswered(send));
    }

    /// Now and then many at once, for which queues are too small.
    private void speak() throws InterruptedException {
        var chat = anyChat();
        for (int n = 1 + random.nextInt(random.nextInt(8) == 0 ? 12 : 3); n > 0 && !wire.isFull(); n--) {
            var number = journal.sends.size();
            var contents = "%d says %d ".formatted(me.id(), number) + ".".repeat(random.nextInt(300));
            var send = new Send(me.id(), chat, "k" + number, contents);
            journal.sends.add(send);
            cluster.counts().add(What.SENDS);
            send(send);
        }
    }

    /// Mostly one of its own, now and then one that it may not be in.
    private long anyChat() {
        var mine = List.copyOf(seen.chats().keySet());
        return mine.isEmpty() || random.nextInt(20) == 0
                ? any(List.copyOf(cluster.owned().values()))
                : any(mine);
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /// Once more what has been answered: it must be the same message.
    private void sayAgain() throws InterruptedException {
        var sent = sent();
        if (!sent.isEmpty()) {
            send(any(sent));
        }
    }

    /// Of its latest messages those that were answered ok.
    private List<Send> sent() {
        return journal.sends.stream()
                .skip(Math.max(0, journal.sends.size() - 40))
                .filter(one -> one.outcome == Outcome.OK)
                .toList();
    }

    private void edit() throws InterruptedException {
        var sent = sent().stream().filter(one -> !isBeingEdited(one.id)).toList();
        if (sent.isEmpty()) {
            return;
        }
        var send = any(sent);
        cluster.counts().add(What.EDITS);
        var contents = "%s edit %d"
                .formatted(
                        send.contents,
                        journal.edits.getOrDefault(send.id, List.of()).size());
        var change = Journal.note(journal.edits, send.id, contents);
        if (wire.takesCommands() && random.nextBoolean()) {
            wire.tell(Map.of("type", "message.edit", "id", send.id, "contents", contents), null, change);
        } else {
            call(change, "PATCH", "/message/" + send.id, Map.of("contents", contents));
        }
    }

    /// Edits of one message go one after the other, so that it is known which is the last.
    private boolean isBeingEdited(long id) {
        var edits = journal.edits.getOrDefault(id, List.of());
        return !edits.isEmpty() && edits.getLast().outcome == Outcome.UNKNOWN;
    }

    /// One of its own, or of somebody else.
    private void delete() throws InterruptedException {
        var own = sent().stream().map(send -> send.id);
        var others = latest(50).map(Sighting::subject);
        var ids = (random.nextInt(3) > 0 ? own : others).toList();
        if (ids.isEmpty()) {
            return;
        }
        var id = any(ids);
        cluster.counts().add(What.DELETIONS);
        var change = Journal.note(journal.deletions, id, null);
        if (wire.takesCommands() && random.nextBoolean()) {
            wire.tell(Map.of("type", "message.delete", "id", id), null, change);
        } else {
            call(change, "DELETE", "/message/" + id, null);
        }
    }

    private Stream<Sighting> latest(int number) {
        return seen.sightings().stream()
                .skip(Math.max(0, seen.sightings().size() - number))
                .filter(one -> one.type().equals("message"));
    }

    /// The owner of a big group brings people in, sends them away and gives them roles; the others leave.
    private void changeGroup() throws InterruptedException {
        cluster.counts().add(What.GROUP_CHANGES);
        var group = cluster.owned().get(me.id());
        if (group == null) {
            leave();
            return;
        }
        var members = "/chat/" + group + "/members";
        var role = Map.of("role", random.nextBoolean() ? "admin" : "member");
        switch (random.nextInt(8)) {
            case 0 -> call("DELETE", members + "/" + anyOther(), null);
            case 1 -> call("PATCH", members + "/" + anyOther(), role);
            default -> call("POST", members, Map.of("user_ids", List.of(anyOther(), anyOther(), anyOther())));
        }
    }

    /// Rather from a small group, which is deleted with its last member.
    private void leave() throws InterruptedException {
        var groups = new ArrayList<>(seen.chats().values());
        groups.removeIf(chat -> chat.name().isEmpty());
        var small = groups.stream().filter(chat -> chat.name().equals(SMALL)).toList();
        List<Chat> from = small.isEmpty() || random.nextInt(4) == 0 ? groups : small;
        if (!from.isEmpty()) {
            var chat = any(from).id();
            call(Journal.note(journal.leavings, chat, null), "POST", "/chat/" + chat + "/leave", null);
        }
    }

    private long anyOther() {
        return any(cluster.users().stream().filter(user -> user.id() != me.id()).toList())
                .id();
    }

    private void create(String type, Object body) throws InterruptedException {
        cluster.counts().add(What.GROUP_CHANGES);
        call("POST", "/chat/" + type + "/create", body);
    }

    private void beFriends() throws InterruptedException {
        cluster.counts().add(What.GROUP_CHANGES);
        var other = anyOther();
        switch (random.nextInt(4)) {
            case 0 -> call("DELETE", "/friend/" + other, null);
            case 1 -> call("POST", "/friend/deny", Map.of("user_id", other));
            default -> call("POST", "/friend/request", Map.of("user_id", other));
        }
    }

    private void read() throws InterruptedException {
        var latest = latest(10).findFirst();
        if (latest.isEmpty()) {
            return;
        }
        var chat = latest.get().chat();
        var seq = latest.get().seq();
        if (wire.takesCommands()) {
            wire.tell(Map.of("type", "chat.read", "chat_id", chat, "seq", seq), null, null);
        } else {
            call("POST", "/chat/" + chat + "/read", Map.of("seq", seq));
        }
    }

    private void call(Change change, String method, String path, @Nullable Object body) throws InterruptedException {
        calls.call(anyPort(), method, path, body).ifPresent(answer -> answers.settle(change, answer));
    }

    private void call(String method, String path, @Nullable Object body) throws InterruptedException {
        calls.call(anyPort(), method, path, body).ifPresent(answers::note);
    }

    private int anyPort() {
        return cluster.anyPort(random);
    }
}
