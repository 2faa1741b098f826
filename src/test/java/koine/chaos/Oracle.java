package koine.chaos;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import koine.chaos.Journal.Change;
import koine.chaos.Journal.Outcome;
import koine.chaos.Journal.Send;
import koine.chaos.Seen.Sighting;
import koine.chaos.Tables.Entry;
import koine.chaos.Tables.Period;
import koine.chaos.Tables.Row;
import org.jspecify.annotations.Nullable;

/// Judges, by nothing of the service's own code, whether what clients were answered, what stands in the tables
/// and what clients saw are one and the same.
final class Oracle {

    private final Tables tables;
    private final List<ChaosClient> clients;
    private final Faults faults;
    private final Map<Long, Row> messages;
    private final Map<Long, List<Change>> edits = new HashMap<>();
    private final Map<Long, List<Change>> deletions = new HashMap<>();
    private final Map<Long, String> said = new HashMap<>();

    Oracle(Tables tables, List<ChaosClient> clients, Faults faults) {
        this.tables = tables;
        this.clients = clients;
        this.faults = faults;
        this.messages = tables.messages().stream().collect(toMap(Row::id, Function.identity()));
    }

    void judge() {
        positions();
        seqs();
        sends();
        edits();
        deletions();
        memberships();
        clients.forEach(this::seen);
    }

    /// Every position up to the head is that of one message or one event.
    private void positions() {
        var taken = new HashSet<Long>();
        Stream.concat(
                        tables.messages().stream().map(Row::id),
                        tables.events().stream().map(Entry::position))
                .forEach(position -> faults.addUnless(taken.add(position), "position {} stands twice", position));
        for (long position = 1; position <= tables.head(); position++) {
            faults.addUnless(taken.remove(position), "position {} is a hole", position);
        }
        faults.addUnless(taken.isEmpty(), "positions past the head {}: {}", tables.head(), taken);
    }

    /// The messages of each chat count 1, 2, 3 in the order of their positions.
    private void seqs() {
        var last = new HashMap<Long, Long>();
        for (var message : tables.messages()) {
            var seq = last.merge(message.chat(), 1L, Long::sum);
            faults.addUnless(message.seq() == seq, "message {} should have seq {}", message, seq);
        }
        for (var chat : tables.chats()) {
            var seq = last.getOrDefault(chat.id(), 0L);
            faults.addUnless(chat.lastSeq() == seq, "chat {} should have last seq {}", chat, seq);
        }
    }

    /// What was answered ok is stored once and as it was sent, what was refused is not, and nothing else is
    /// there.
    private void sends() {
        var stored = tables.messages().stream().collect(groupingBy(row -> name(row.author(), row.key())));
        for (var client : clients) {
            for (var send : client.journal().sends) {
                var rows = Objects.requireNonNullElse(stored.remove(name(send.author, send.key)), List.<Row>of());
                faults.addUnless(rows.size() <= 1, "sent once, stored several times: {}", rows);
                judge(send, rows.isEmpty() ? null : rows.getFirst());
            }
        }
        faults.addUnless(stored.isEmpty(), "nobody sent these: {}", stored);
    }

    private static String name(long author, @Nullable String key) {
        return author + "/" + key;
    }

    private void judge(Send send, @Nullable Row row) {
        switch (send.outcome) {
            case OK ->
                faults.addUnless(
                        row != null && row.id() == send.id && row.seq() == send.seq && row.chat() == send.chat,
                        "{} was answered ok with id {} and seq {}, stored is {}",
                        send.key,
                        send.id,
                        send.seq,
                        row);
            case REFUSED ->
                faults.addUnless(row == null || send.uncertain, "{} was refused, stored is {}", send.key, row);
            case UNKNOWN -> faults.add("{} of {} was never answered", send.key, send.author);
        }
        if (row != null) {
            said.put(row.id(), send.contents);
        }
    }

    /// The contents are those that were sent, or those of the last edit that was answered ok.
    private void edits() {
        clients.forEach(client -> edits.putAll(client.journal().edits)); // only authors edit
        var events = countByMessage("message.edited");
        for (var message : tables.messages()) {
            var tried = edits.getOrDefault(message.id(), List.of());
            var number = events.getOrDefault(message.id(), 0L);
            faults.addUnless(
                    count(tried, Outcome.OK) <= number
                            && number <= count(tried, Outcome.OK) + count(tried, Outcome.UNKNOWN),
                    "message {} has {} edits, {} were answered ok of {}",
                    message.id(),
                    number,
                    count(tried, Outcome.OK),
                    tried.size());
            faults.addUnless(message.deleted() || isLast(message, tried), "message {} is not as last edited", message);
        }
    }

    /// An edit that was not answered is the last that was tried, and may have been made or not.
    private boolean isLast(Row message, List<Change> tried) {
        var last = tried.stream()
                .filter(change -> change.outcome == Outcome.OK)
                .reduce((_, later) -> later)
                .map(change -> change.contents)
                .orElse(said.get(message.id()));
        var unknown = tried.stream()
                .filter(change -> change.outcome == Outcome.UNKNOWN)
                .anyMatch(change -> Objects.equals(change.contents, message.contents()));
        return unknown || Objects.equals(last, message.contents());
    }

    private void deletions() {
        for (var client : clients) {
            client.journal()
                    .deletions
                    .forEach((id, tried) -> deletions.merge(
                            id,
                            tried,
                            (one, other) ->
                                    Stream.concat(one.stream(), other.stream()).toList()));
        }
        var events = countByMessage("message.deleted");
        for (var message : tables.messages()) {
            var tried = deletions.getOrDefault(message.id(), List.of());
            var number = events.getOrDefault(message.id(), 0L);
            faults.addUnless(number == (message.deleted() ? 1 : 0), "{} has {} deletions", message, number);
            faults.addUnless(
                    message.deleted() || count(tried, Outcome.OK) == 0, "{} was answered to be deleted", message);
            faults.addUnless(
                    !message.deleted() || tried.size() > count(tried, Outcome.REFUSED),
                    "{} is deleted though it was refused",
                    message);
        }
    }

    private Map<Long, Long> countByMessage(String type) {
        var counts = new HashMap<Long, Long>();
        tables.events().stream()
                .filter(event -> event.type().equals(type))
                .forEach(event -> counts.merge(event.subject(), 1L, Long::sum));
        return counts;
    }

    private static long count(List<Change> tried, Outcome outcome) {
        return tried.stream().filter(change -> change.outcome == outcome).count();
    }

    /// Memberships begin and end with an event each, do not overlap, and those who were answered that they left
    /// have.
    private void memberships() {
        var events = tables.events().stream().collect(toMap(Entry::position, Function.identity()));
        for (var period : tables.periods()) {
            faults.addUnless(isStart(events.get(period.from()), period), "{} has no beginning", period);
            faults.addUnless(
                    !period.isOver() || is("member.left", events.get(period.to()), period), "{} has no end", period);
        }
        for (var client : clients) {
            client.journal().leavings.forEach((chat, tried) -> {
                var left = tables.periods().stream()
                        .filter(period -> period.account() == client.user().id())
                        .filter(period -> period.chat() == chat && period.isOver())
                        .count();
                faults.addUnless(
                        left >= count(tried, Outcome.OK),
                        "{} left {} and is in it",
                        client.user().username(),
                        chat);
            });
        }
    }

    private static boolean isStart(@Nullable Entry event, Period period) {
        var isCreation =
                event != null && event.chat() == period.chat() && event.type().equals("chat.created");
        return isCreation || is("member.joined", event, period);
    }

    private static boolean is(String type, @Nullable Entry event, Period period) {
        return event != null
                && event.type().equals(type)
                && event.chat() == period.chat()
                && event.subject() == period.account();
    }

    /// What a client may see at one position.
    ///
    /// @param required it must have seen it; what became a tombstone or went with its group may have been
    ///                 missed
    private record Due(String type, long chat, long subject, boolean required) {}

    /// The client saw what it was entitled to, once and in order, and nothing else.
    private void seen(ChaosClient client) {
        var due = due(client.user().id());
        var before = 0L;
        for (var sighting : client.seen().sightings()) {
            var expected = due.remove(sighting.position());
            faults.addUnless(
                    sighting.position() > before,
                    "{} saw {} after {}",
                    client.user().username(),
                    sighting,
                    before);
            before = sighting.position();
            if (expected == null) {
                faults.add("{} was not to see {}, or not again", client.user().username(), sighting);
            } else {
                faults.addUnless(
                        fits(sighting, expected),
                        "{} saw {}, due was {}",
                        client.user().username(),
                        sighting,
                        expected);
            }
        }
        due.values().removeIf(one -> !one.required());
        faults.addUnless(due.isEmpty(), "{} has not seen {}", client.user().username(), due);
    }

    private Map<Long, Due> due(long account) {
        var due = new TreeMap<Long, Due>();
        tables.events().stream()
                .filter(event -> event.account() == account && event.isShown())
                .forEach(event -> due.put(event.position(), new Due(event.type(), 0, event.subject(), true)));
        for (var period : tables.periods()) {
            if (period.account() == account) {
                tables.messages().stream()
                        .filter(period::hasMessage)
                        .forEach(row -> due.put(row.id(), new Due("message", row.chat(), row.id(), isWhole(row))));
                tables.events().stream()
                        .filter(period::hasEvent)
                        .forEach(event -> due.put(event.position(), due(event, account)));
            }
        }
        return due;
    }

    private Due due(Entry event, long account) {
        if (event.type().equals("message.edited")) {
            var message = messages.get(event.subject());
            return new Due(event.type(), event.chat(), event.subject(), message != null && isWhole(message));
        }
        if (event.subject() == account && event.type().equals("member.joined")) {
            return new Due("chat.joined", event.chat(), 0, true);
        }
        if (event.subject() == account && event.type().equals("member.left")) {
            return new Due("chat.left", event.chat(), 0, true);
        }
        return new Due(event.type(), event.chat(), event.subject(), true);
    }

    private static boolean isWhole(Row message) {
        return !message.deleted() && !message.gone();
    }

    private boolean fits(Sighting sighting, Due due) {
        return sighting.type().equals(due.type())
                && sighting.chat() == due.chat()
                && sighting.subject() == due.subject()
                && switch (due.type()) {
                    case "message", "message.edited" -> isSaid(sighting);
                    case "message.deleted" -> hasSeq(sighting);
                    default -> true;
                };
    }

    private boolean hasSeq(Sighting sighting) {
        var message = messages.get(sighting.subject());
        return message != null && message.seq() == sighting.seq();
    }

    /// A replayed event shows the message as it is then: as it was sent, or by any of its edits.
    private boolean isSaid(Sighting sighting) {
        var message = messages.get(sighting.subject());
        return hasSeq(sighting)
                && message != null
                && message.author() == sighting.author()
                && contents(message.id()).contains(Objects.requireNonNullElse(sighting.contents(), ""));
    }

    private Set<String> contents(long id) {
        var all = new HashSet<String>();
        all.add(Objects.requireNonNullElse(said.get(id), "?"));
        edits.getOrDefault(id, List.of()).stream()
                .filter(change -> change.outcome != Outcome.REFUSED)
                .forEach(change -> all.add(Objects.requireNonNullElse(change.contents, "?")));
        return all;
    }
}
