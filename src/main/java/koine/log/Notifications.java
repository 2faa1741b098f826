package koine.log;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.kernel.MessageId;
import koine.kernel.SessionId;
import koine.log.Event.MessageSent;
import koine.log.Signal.MessageReceived;
import koine.log.Signal.PresenceChanged;
import koine.log.Signal.ReceiptMoved;
import koine.log.Signal.SessionEnded;
import koine.log.Signal.Typing;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What servers send one another through Postgres's notifications: JSON, in a form that only servers of one
/// version range read, and that ignores what it does not know.
final class Notifications {

    private final JsonMapper json = JsonMapper.shared();

    /// What another server said of the log.
    ///
    /// @param head   up to where there are events
    /// @param events the newest of them, as far as the notification had them
    record Hint(String server, long head, List<Event> events) {}

    String hint(String server, long head) {
        return json.createObjectNode().put("server", server).put("head", head).toString();
    }

    /// As [#hint] or the database's function `write_messages_hint` wrote it.
    Hint readHint(String text) {
        var hint = json.readTree(text);
        var events = new ArrayList<Event>();
        var at = Instant.EPOCH.plus(hint.path("at").asLong(0), ChronoUnit.MICROS);
        for (var message : hint.path("messages")) {
            events.add(new MessageSent(message(message, at.plus(events.size(), ChronoUnit.MICROS))));
        }
        return new Hint(hint.path("server").asString(), hint.path("head").longValue(), events);
    }

    String signal(String server, Signal signal) {
        var node = json.createObjectNode().put("server", server);
        switch (signal) {
            case ReceiptMoved moved -> {
                node.put("type", "receipt")
                        .put("chat", moved.chat().value())
                        .put("account", moved.account().value())
                        .put("delivered", moved.deliveredSeq())
                        .put("read", moved.readSeq());
                put(node, moved.before());
            }
            case Typing typing ->
                node.put("type", "typing")
                        .put("chat", typing.chat().value())
                        .put("account", typing.account().value())
                        .put("said", typing.saidAt());
            case MessageReceived received ->
                node.put("type", "received")
                        .put("chat", received.chat().value())
                        .put("account", received.account().value())
                        .put("message", received.message().value())
                        .put("author", received.author().value())
                        .put("read", received.read())
                        .put("said", received.saidAt());
            case PresenceChanged changed ->
                node.put("type", "presence")
                        .put("account", changed.account().value())
                        .put("online", changed.online())
                        .put("active", Objects.toString(changed.lastActive(), null));
            case SessionEnded ended ->
                node.put("type", "session.ended")
                        .put("account", ended.account().value())
                        .put("session", ended.session().value());
        }
        return node.toString();
    }

    record Heard(String server, Signal signal) {}

    /// As [#signal] wrote it; nothing for a kind of signal that this version does not know.
    List<Heard> readSignal(String text) {
        var node = json.readTree(text);
        var account = new AccountId(node.path("account").longValue());
        return switch (node.path("type").asString()) {
            case "receipt" ->
                heard(
                        node,
                        new ReceiptMoved(
                                chat(node),
                                account,
                                node.path("delivered").longValue(),
                                node.path("read").longValue(),
                                before(node)));
            case "typing" -> heard(node, new Typing(chat(node), account, text(node.path("said"))));
            case "received" ->
                heard(
                        node,
                        new MessageReceived(
                                chat(node),
                                account,
                                new MessageId(node.path("message").longValue()),
                                new AccountId(node.path("author").longValue()),
                                node.path("read").booleanValue(),
                                node.path("said").asString("")));
            case "presence" ->
                heard(
                        node,
                        new PresenceChanged(account, node.path("online").booleanValue(), time(node.path("active"))));
            case "session.ended" ->
                heard(
                        node,
                        new SessionEnded(
                                account, new SessionId(node.path("session").longValue())));
            default -> List.of();
        };
    }

    private static List<Heard> heard(JsonNode node, Signal signal) {
        return List.of(new Heard(node.path("server").asString(), signal));
    }

    private static void put(ObjectNode node, ReceiptMoved.@Nullable Before before) {
        if (before != null) {
            node.put("delivered_before", before.deliveredSeq()).put("read_before", before.readSeq());
        }
    }

    private static ReceiptMoved.@Nullable Before before(JsonNode node) {
        return node.has("read_before")
                ? new ReceiptMoved.Before(
                        node.path("delivered_before").longValue(),
                        node.path("read_before").longValue())
                : null;
    }

    private static @Nullable Instant time(JsonNode node) {
        return node.isString() ? Instant.parse(node.stringValue()) : null;
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.stringValue() : null;
    }

    private static ChatId chat(JsonNode node) {
        return new ChatId(node.path("chat").longValue());
    }

    /// @param fields id, chat, author, seq and contents, and of those that are more than words the kind, the file,
    ///               the message answered and the key
    /// @param at     the database gives each message of a batch its own microsecond
    private static Message message(JsonNode fields, Instant at) {
        return new Message(
                new MessageId(fields.path(0).longValue()),
                new ChatId(fields.path(1).longValue()),
                new AccountId(fields.path(2).longValue()),
                fields.path(3).longValue(),
                MessageRow.kind(text(fields.path(5))),
                fields.path(4).asString(),
                MessageRow.media(text(fields.path(6))),
                fields.path(7).isNumber() ? new MessageId(fields.path(7).longValue()) : null,
                text(fields.path(8)),
                at,
                at,
                null,
                null);
    }
}
