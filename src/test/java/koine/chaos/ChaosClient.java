package koine.chaos;

import java.net.http.HttpClient;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import koine.chaos.Calls.Answer;
import koine.chaos.Counts.What;
import koine.chaos.Journal.Change;
import koine.chaos.Journal.Send;
import koine.testing.Api.User;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One client with a will of its own: it talks, changes its mind, comes and goes, now on this server and now on
/// that, and keeps what a good client keeps: its cursor, and the keys of what has not been answered.
final class ChaosClient implements Runnable, Whims.Wire {

    /// Three of the server's beats.
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(6);

    private static final int MOST_WAITING = 12;
    private static final String RESUMED = "resumed";

    private final Cluster cluster;
    private final User me;
    private final Random random;
    private final Counts counts;
    private final HttpClient http;
    private final Calls calls;
    private final Seen seen;
    private final Answers answers;
    private final Whims whims;
    private final Map<String, Waiting> waiting = new HashMap<>();
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
        this.http = http;
        this.calls = new Calls(http, me.token());
        this.seen = new Seen(me.username(), cursor, cluster.faults());
        this.answers = new Answers(me.username(), counts, cluster.faults());
        this.whims = new Whims(cluster, me, random, this, calls, seen, answers);
    }

    /// A command on the line that has not been answered.
    private record Waiting(@Nullable Send send, @Nullable Change change, long since) {}

    User user() {
        return me;
    }

    Journal journal() {
        return answers.journal();
    }

    Seen seen() {
        return seen;
    }

    /// The position up to which it has seen the log.
    long reached() {
        return reached;
    }

    /// Whether it is live, and nothing that it asked for is unanswered.
    boolean isSettled() {
        return settled;
    }

    @Override
    public String toString() {
        return "%s at %d%s%s".formatted(me.username(), reached, live ? ", live" : "", settled ? ", settled" : "");
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
            cluster.faults().add("{} failed: {} {}", me.username(), fault, fault.getStackTrace()[0]);
        }
    }

    private void step() throws InterruptedException {
        var open = line;
        if (open == null) {
            connect();
            return;
        }
        var frame = open.next(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nextAct - System.nanoTime())));
        if (frame != null) {
            read(frame);
        } else if (open.isBroken() || isTooQuiet()) {
            disconnect(false);
        }
        settled = cluster.stage().settling && live && waiting.isEmpty() && answers.isNothingToSendAgain();
        if (live && System.nanoTime() >= nextAct) {
            act();
        }
    }

    private void act() throws InterruptedException {
        var settling = cluster.stage().settling;
        nextAct = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settling ? 20 : 80 + random.nextInt(240));
        var again = isFull() ? null : answers.nextToSendAgain();
        if (again != null) {
            whims.send(again);
        } else if (!settling) {
            whims.doSomething();
        }
    }

    private void connect() throws InterruptedException {
        Thread.sleep(cluster.stage().settling ? 50 : random.nextInt(600));
        server = random.nextInt(cluster.servers().size());
        try {
            if (random.nextInt(5) == 0) {
                sync();
            }
            line = open();
            opened = System.nanoTime();
            lastFrame = opened;
        } catch (CompletionException _) { // no getting through
        }
    }

    private Line open() {
        if (random.nextInt(4) > 0) {
            return SocketLine.open(http, port(), me.token());
        }
        counts.add(What.STREAMS_OPENED);
        return StreamLine.open(http, port(), me.token(), seen.cursor(), cluster.faults());
    }

    /// Catches up page by page over HTTP, as far as that goes.
    private void sync() throws InterruptedException {
        for (var more = true; more; ) {
            var answer = calls.call(port(), "GET", "/sync?limit=37&since=" + seen.cursor(), null);
            answer.ifPresent(answers::note);
            if (answer.isEmpty() || !answer.get().isOk()) {
                return;
            }
            var page = answer.get().body();
            cluster.faults().addUnless(!page.path("reset").asBoolean(true), "{} was told {}", me.username(), page);
            page.path("events").forEach(event -> {
                counts.add(What.EVENTS_SEEN_BY_SYNC);
                event(event);
            });
            upTo(page);
            more = page.path("more").asBoolean(false);
        }
    }

    private int port() {
        return cluster.servers().get(server).port();
    }

    @Override
    public void disconnect(boolean politely) {
        var open = line;
        if (open == null) {
            return;
        }
        open.leave(politely);
        counts.add(What.DISCONNECTS);
        line = null;
        live = false;
        waiting.values().forEach(lost -> {
            if (lost.send() != null) {
                answers.unanswered(lost.send());
            }
        });
        waiting.clear();
    }

    private boolean isTooQuiet() {
        var now = System.nanoTime();
        return now - lastFrame > PATIENCE
                || (!live && now - opened > PATIENCE)
                || waiting.values().stream().anyMatch(one -> now - one.since() > PATIENCE);
    }

    private void read(JsonNode frame) {
        lastFrame = System.nanoTime();
        switch (frame.path("type").asString("")) {
            case "hello" -> send(Map.of("type", "resume", "since", seen.cursor(), "ref", RESUMED));
            case "synced" -> synced(frame);
            case "heartbeat" -> {
                counts.add(What.HEARTBEATS);
                upTo(frame);
            }
            case "ok" -> answered(frame, "");
            case "error" -> answered(frame, frame.path("code").asString("none"));
            case "receipt", "typing", "presence" -> {}
            case "message", "message.edited", "message.deleted" -> event(frame);
            case "chat.created", "chat.joined", "chat.left" -> event(frame);
            case "member.joined", "member.left", "member.changed" -> event(frame);
            case "friend.requested", "friend.accepted", "friend.removed", "notification" -> event(frame);
            default -> cluster.faults().add("{} at {} was sent {}", me.username(), seen.cursor(), frame); // reset, say
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
        var ref = frame.path("ref").asString("");
        var asked = waiting.remove(ref);
        var answer = new Answer(code, code.isEmpty() ? frame.path("message") : frame);
        if (asked != null && asked.send() != null) {
            answers.settle(asked.send(), answer);
        } else if (asked != null && asked.change() != null) {
            answers.settle(asked.change(), answer);
        } else {
            answers.note(answer);
        }
        if (ref.equals(RESUMED)) {
            disconnect(false); // not now: the database is away
        }
    }

    @Override
    public boolean takesCommands() {
        return line != null && line.takesCommands();
    }

    @Override
    public boolean isFull() {
        return waiting.size() >= MOST_WAITING;
    }

    @Override
    public void tell(Map<String, Object> command, @Nullable Send send, @Nullable Change change) {
        var told = new HashMap<>(command);
        var ref = "r" + refs++;
        told.put("ref", ref);
        waiting.put(ref, new Waiting(send, change, System.nanoTime()));
        send(told);
    }

    private void send(Map<String, Object> command) {
        var open = line;
        if (open != null) {
            open.send(command);
        }
    }
}
