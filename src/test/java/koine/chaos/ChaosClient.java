package koine.chaos;

import java.net.http.HttpClient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import koine.chaos.Calls.Answer;
import koine.chaos.Counts.What;
import koine.chaos.Journal.Change;
import koine.chaos.Journal.Outcome;
import koine.chaos.Journal.Send;
import koine.testing.Api.User;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One client with a will of its own: it talks, changes its mind, comes and goes, now on this server and now on
/// that, and keeps what a good client keeps: its cursor, and the keys of what has not been answered.
final class ChaosClient implements Runnable {

    private static final long PATIENCE = 6_000_000_000L;
    private static final int MOST_WAITING = 12;
    private static final String SMALL = "small";

    private final Cluster cluster;
    private final User me;
    private final Random random;
    private final Counts counts;
    private final Faults faults;
    private final HttpClient http;
    private final Calls calls;
    private final Seen seen;
    private final Journal journal = new Journal();
    private final Map<String, Waiting> waiting = new HashMap<>();
    private final Deque<Send> again = new ArrayDeque<>();
    private @Nullable Line line;
    private int server;
    private int serverBefore = -1;
    private boolean live;
    private long nextAct;
    private long opened;
    private long lastFrame;
    private int refs;
    private volatile long reached;
    private volatile boolean settled;

    /// @param cursor from before everything
    ChaosClient(Cluster cluster, User me, String cursor, HttpClient http, long seed) {
        this.cluster = cluster;
        this.me = me;
        this.random = new Random(seed);
        this.counts = cluster.counts();
        this.faults = cluster.faults();
        this.http = http;
        this.calls = new Calls(http, me.token());
        this.seen = new Seen(me.username(), cursor, faults);
    }

    /// What the clients share.
    ///
    /// @param users   all of them
    /// @param owned   the group that each of the first of them owns
    record Cluster(List<Server> servers, List<User> users, Map<Long, Long> owned, Counts counts, Faults faults, Stage stage) {}

    /// How far the test is; clients look at it now and then.
    static final class Stage {
        /// Nothing new is begun; what was begun is brought to its end.
        volatile boolean settling;

        volatile boolean over;
    }

    /// A command on the line that has not been answered: of a send or of a change.
    private record Waiting(
            @Nullable Send send,
            @Nullable Change change,
            long since) {}

    User user() {
        return me;
    }

    Journal journal() {
        return journal;
    }

    Seen seen() {
        return seen;
    }

    /// Up to where it has seen the log, and whether nothing that it asked for is unanswered.
    long reached() {
        return reached;
    }

    boolean isSettled() {
        return settled;
    }

    String state() {
        return "%s: at %d, %s, %d waiting, %d to send again"
                .formatted(me.username(), reached, live ? "live" : "not live", waiting.size(), again.size());
    }

    @Override
    public void run() {
        try {
            while (!cluster.stage().over) {
                step();
            }
            disconnect(true);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException fault) {
            fault.printStackTrace();
            faults.add("{} failed: {}", me.username(), fault);
        }
    }

    private void step() throws InterruptedException {
        var open = line;
        if (open == null) {
            connect();
            return;
        }
        var frame = open.next(Math.max(1, (nextAct - System.nanoTime()) / 1_000_000));
        if (frame != null) {
            read(frame);
        } else if (open.isBroken() || isTooLong()) {
            disconnect(false);
            return;
        }
        settled = cluster.stage().settling && live && waiting.isEmpty() && again.isEmpty();
        if (live && System.nanoTime() >= nextAct) {
            act();
        }
    }

    // ---- the connection

    private void connect() throws InterruptedException {
        pause(cluster.stage().settling ? 50 : random.nextInt(600));
        server = random.nextInt(cluster.servers().size());
        try {
            if (random.nextInt(5) == 0) {
                sync();
            }
            line = Line.open(http, port(), me.token());
            opened = System.nanoTime();
            lastFrame = opened;
        } catch (CompletionException _) { // no getting through
        }
    }

    /// Catches up page by page over HTTP, as far as that goes.
    private void sync() throws InterruptedException {
        var more = true;
        while (more) {
            var answer = calls.call(port(), "GET", "/sync?limit=37&since=" + seen.cursor(), null);
            if (answer.isEmpty() || isUnknown(answer.get())) {
                return;
            }
            var page = answer.get().body();
            more = page.path("more").asBoolean(false);
            faults.addUnless(
                    answer.get().isOk() && !page.path("reset").asBoolean(true), "{}: sync says {}", me.username(), page);
            for (var event : page.path("events")) {
                counts.add(What.EVENTS_SEEN_BY_SYNC);
                event(event);
            }
            upTo(page);
        }
    }

    private int port() {
        return cluster.servers().get(server).port();
    }

    private void disconnect(boolean politely) {
        var open = line;
        if (open != null) {
            open.leave(politely);
            counts.add(What.DISCONNECTS);
        }
        line = null;
        live = false;
        settled = false;
        for (var lost : waiting.values()) {
            if (lost.send() != null) {
                unanswered(lost.send());
            }
        }
        waiting.clear();
    }

    private boolean isTooLong() {
        var now = System.nanoTime();
        if (now - lastFrame > PATIENCE || (!live && now - opened > PATIENCE)) {
            return true;
        }
        return waiting.values().stream().anyMatch(one -> now - one.since() > PATIENCE);
    }

    // ---- reading

    private void read(JsonNode frame) {
        lastFrame = System.nanoTime();
        var type = frame.path("type").asString("");
        switch (type) {
            case "hello" -> tell(Map.of("type", "resume", "since", seen.cursor(), "ref", "resumed"), null, null);
            case "synced" -> synced(frame);
            case "heartbeat" -> {
                counts.add(What.HEARTBEATS);
                upTo(frame);
            }
            case "ok" -> answered(frame, "");
            case "error" -> answered(frame, frame.path("code").asString("none"));
            case "receipt", "typing", "presence" -> {}
            default -> {
                if (frame.path("cursor").isString() && !type.equals("reset")) {
                    event(frame);
                } else {
                    faults.add("{} was sent {} at {}", me.username(), frame, seen.cursor());
                }
            }
        }
    }

    private void synced(JsonNode frame) {
        upTo(frame);
        live = true;
        counts.add(What.RESUMES);
        if (serverBefore >= 0 && serverBefore != server) {
            counts.add(What.RESUMES_ON_THE_OTHER_SERVER);
        }
        serverBefore = server;
    }

    private void event(JsonNode frame) {
        counts.add(What.EVENTS_SEEN);
        seen.event(frame);
        reached = seen.reached();
    }

    private void upTo(JsonNode frame) {
        seen.upTo(frame);
        reached = seen.reached();
    }

    private void answered(JsonNode frame, String code) {
        var asked = waiting.remove(frame.path("ref").asString(""));
        if (asked == null) {
            if (frame.path("ref").asString("").equals("resumed")) { // refused, for the moment
                faults.addUnless(isUnknown(new Answer(code, frame)), "{} may not resume: {}", me.username(), frame);
                disconnect(false);
            }
            return;
        }
        settle(asked, new Answer(code, frame.path("message")));
    }

    private void settle(Waiting asked, Answer answer) {
        if (asked.send() != null) {
            settle(asked.send(), answer);
        } else if (asked.change() != null) {
            settle(asked.change(), answer);
        }
    }

    private void settle(Send send, Answer answer) {
        if (answer.code().equals("TOO_MANY_REQUESTS")) {
            again.add(send);
        } else if (isUnknown(answer)) {
            unanswered(send);
        } else if (answer.isOk()) {
            stored(send, answer.body());
        } else {
            refused(send, answer);
        }
    }

    private void stored(Send send, JsonNode message) {
        var id = message.path("id").longValue();
        var first = send.outcome != Outcome.OK;
        faults.addUnless(first || id == send.id, "{} was stored as {} and again as {}", send.key, send.id, id);
        faults.addUnless(
                message.path("chat_id").longValue() == send.chat, "{} was answered {}", send.key, message);
        send.outcome = Outcome.OK;
        send.id = id;
        send.seq = message.path("seq").longValue();
    }

    private void refused(Send send, Answer answer) {
        var expected = answer.code().equals("CHAT_DOES_NOT_EXIST") || answer.code().equals("MESSAGE_DOES_NOT_EXIST");
        faults.addUnless(expected, "{} was answered {} {}", send.key, answer.code(), answer.body());
        if (send.outcome == Outcome.UNKNOWN) {
            counts.add(What.SENDS_REFUSED);
            send.outcome = Outcome.REFUSED;
        }
    }

    private void settle(Change change, Answer answer) {
        if (answer.isOk()) {
            change.outcome = Outcome.OK;
        } else if (!isUnknown(answer)) {
            change.outcome = Outcome.REFUSED;
        }
    }

    private void unanswered(Send send) {
        send.uncertain = true;
        again.add(send);
    }

    /// Whether it says that the server does not know whether it was done; whatever a server may not say is noted.
    private boolean isUnknown(Answer answer) {
        switch (answer.code()) {
            case "INTERNAL_ERROR", "NOT_AUTHENTICATED", "INVALID_REQUEST", "CONFLICT", "NOT_FOUND" ->
                faults.add("{} was answered {}: {}", me.username(), answer.code(), answer.body());
            default -> {}
        }
        return answer.code().equals("UNAVAILABLE") || answer.code().equals("INTERNAL_ERROR");
    }

    // ---- acting

    private void act() throws InterruptedException {
        var settling = cluster.stage().settling;
        nextAct = System.nanoTime() + (settling ? 20 : 80 + random.nextInt(240)) * 1_000_000L;
        var retry = waiting.size() < MOST_WAITING ? again.poll() : null;
        if (retry != null) {
            send(retry);
        } else if (!settling) {
            somethingNew(random.nextInt(100));
        }
    }

    private void somethingNew(int dice) throws InterruptedException {
        if (dice < 48) {
            speak();
        } else if (dice < 62) {
            edit();
        } else if (dice < 71) {
            delete();
        } else if (dice < 83) {
            changeGroup();
        } else if (dice < 87) {
            openGroup();
        } else if (dice < 90) {
            openPrivate();
        } else if (dice < 95) {
            sayAgain();
        } else if (dice < 97) {
            mark();
        } else {
            disconnect(random.nextBoolean());
        }
    }

    private void speak() throws InterruptedException {
        var chat = anyChat();
        for (int n = 1 + random.nextInt(random.nextInt(8) == 0 ? 12 : 3); n > 0 && waiting.size() < MOST_WAITING; n--) {
            var number = journal.sends.size();
            var contents = "%d says %d ".formatted(me.id(), number) + ".".repeat(random.nextInt(300));
            var send = new Send(me.id(), chat, "k" + number, contents);
            journal.sends.add(send);
            counts.add(What.SENDS);
            send(send);
        }
    }

    /// Mostly one of its own, now and then one that it may not be in.
    private long anyChat() {
        var mine = new ArrayList<>(seen.chats().keySet());
        if (mine.isEmpty() || random.nextInt(20) == 0) {
            var groups = List.copyOf(cluster.owned().values());
            return groups.get(random.nextInt(groups.size()));
        }
        return mine.get(random.nextInt(mine.size()));
    }

    /// Once more what has been answered: it must be the same message.
    private void sayAgain() throws InterruptedException {
        if (!journal.sends.isEmpty()) {
            var send = journal.sends.get(random.nextInt(journal.sends.size()));
            if (send.outcome == Outcome.OK) {
                send(send);
            }
        }
    }

    private void send(Send send) throws InterruptedException {
        if (send.attempts++ > 0) {
            counts.add(What.RETRIES);
        }
        if (random.nextInt(4) > 0) {
            Map<String, Object> command =
                    Map.of("type", "message.send", "chat_id", send.chat, "contents", send.contents, "key", send.key);
            tell(command, send, null);
            return;
        }
        var body = Map.of("contents", send.contents, "key", send.key);
        var answer = calls.call(anyPort(), "POST", "/chat/" + send.chat + "/message", body);
        answer.ifPresentOrElse(came -> settle(send, came), () -> unanswered(send));
    }

    private int anyPort() {
        return cluster.servers().get(random.nextInt(cluster.servers().size())).port();
    }

    private void edit() throws InterruptedException {
        var send = anySent();
        if (send == null || isBeingEdited(send.id)) {
            return;
        }
        counts.add(What.EDITS);
        var contents = send.contents + " edit " + journal.edits.getOrDefault(send.id, List.of()).size();
        var change = Journal.note(journal.edits, send.id, contents);
        change(change, Map.of("type", "message.edit", "id", send.id, "contents", contents), "PATCH", send.id, contents);
    }

    private @Nullable Send anySent() {
        var sent = journal.sends.stream()
                .skip(Math.max(0, journal.sends.size() - 30))
                .filter(one -> one.outcome == Outcome.OK)
                .toList();
        return sent.isEmpty() ? null : sent.get(random.nextInt(sent.size()));
    }

    /// Edits of one message go one after the other, so that it is known which is the last.
    private boolean isBeingEdited(long id) {
        var edits = journal.edits.getOrDefault(id, List.of());
        return !edits.isEmpty() && edits.getLast().outcome == Outcome.UNKNOWN;
    }

    /// One of its own, or of somebody else.
    private void delete() throws InterruptedException {
        var send = anySent();
        var messages = seen.sightings().stream()
                .skip(Math.max(0, seen.sightings().size() - 50))
                .filter(one -> one.type().equals("message"))
                .toList();
        long id;
        if (send != null && random.nextInt(3) > 0) {
            id = send.id;
        } else if (!messages.isEmpty()) {
            id = messages.get(random.nextInt(messages.size())).subject();
        } else {
            return;
        }
        counts.add(What.DELETIONS);
        var change = Journal.note(journal.deletions, id, null);
        change(change, Map.of("type", "message.delete", "id", id), "DELETE", id, null);
    }

    private void change(Change change, Map<String, Object> command, String method, long id, @Nullable String contents)
            throws InterruptedException {
        if (random.nextBoolean()) {
            tell(command, null, change);
            return;
        }
        var body = contents == null ? null : Map.of("contents", contents);
        calls.call(anyPort(), method, "/message/" + id, body).ifPresent(answer -> settle(change, answer));
    }

    /// The owner of a group brings people in, sends them away and gives them roles; everybody leaves now and then.
    private void changeGroup() throws InterruptedException {
        var group = cluster.owned().get(me.id());
        if (group == null) {
            leave();
            return;
        }
        counts.add(What.GROUP_CHANGES);
        var other = anyOther();
        var path = "/chat/" + group + "/members";
        switch (random.nextInt(8)) {
            case 0 -> group(calls.call(anyPort(), "DELETE", path + "/" + other, null));
            case 1 -> group(calls.call(
                    anyPort(), "PATCH", path + "/" + other, Map.of("role", random.nextBoolean() ? "admin" : "member")));
            default -> group(calls.call(
                    anyPort(), "POST", path, Map.of("user_ids", List.of(other, anyOther(), anyOther()))));
        }
    }

    private void group(java.util.Optional<Answer> answer) {
        answer.ifPresent(this::isUnknown);
    }

    private void leave() throws InterruptedException {
        var groups = seen.chats().values().stream()
                .filter(chat -> !chat.name().isEmpty())
                .toList();
        if (groups.isEmpty()) {
            return;
        }
        counts.add(What.GROUP_CHANGES);
        var small = groups.stream().filter(chat -> chat.name().equals(SMALL)).toList();
        var from = small.isEmpty() || random.nextInt(4) == 0 ? groups : small;
        var chat = from.get(random.nextInt(from.size())).id();
        var change = Journal.note(journal.leavings, chat, null);
        calls.call(anyPort(), "POST", "/chat/" + chat + "/leave", null).ifPresent(answer -> settle(change, answer));
    }

    private long anyOther() {
        var others = cluster.users().stream().filter(user -> user.id() != me.id()).toList();
        return others.get(random.nextInt(others.size())).id();
    }

    /// A small group: it does not live long, since everybody leaves sooner or later.
    private void openGroup() throws InterruptedException {
        counts.add(What.GROUP_CHANGES);
        group(calls.call(
                anyPort(), "POST", "/chat/group/create", Map.of("name", SMALL, "with_ids", List.of(anyOther()))));
    }

    private void openPrivate() throws InterruptedException {
        group(calls.call(anyPort(), "POST", "/chat/private/create", Map.of("with_user_id", anyOther())));
    }

    private void mark() {
        var read = seen.sightings().stream()
                .skip(Math.max(0, seen.sightings().size() - 10))
                .filter(one -> one.type().equals("message"))
                .findFirst();
        read.ifPresent(message ->
                tell(Map.of("type", "chat.read", "chat_id", message.chat(), "seq", message.seq()), null, null));
    }

    private void tell(Map<String, Object> command, @Nullable Send send, @Nullable Change change) {
        var open = line;
        if (open == null) {
            if (send != null) {
                again.add(send);
            }
            return;
        }
        var told = new HashMap<>(command);
        if (!told.containsKey("ref")) {
            var ref = "r" + refs++;
            told.put("ref", ref);
            waiting.put(ref, new Waiting(send, change, System.nanoTime()));
        }
        open.send(told);
    }

    private static void pause(long millis) throws InterruptedException {
        Thread.sleep(millis);
    }
}
