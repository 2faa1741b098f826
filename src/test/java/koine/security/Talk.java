package koine.security;

import java.util.List;
import java.util.Set;
import koine.protocol.StrictJson;
import koine.testing.Api.User;
import koine.testing.People;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Somebody's socket, on which one thing is said and then heard what has become of it.
sealed interface Talk extends AutoCloseable {

    JsonMapper JSON = JsonMapper.shared();

    /// What was answered: what is wrong in the protocol's own words, or `done`.
    ///
    /// @param all every frame that has come meanwhile
    record Answer(String verdict, List<String> all) {

        static final String DONE = "done";

        static Answer of(List<JsonNode> frames, String field) {
            var verdict = frames.stream()
                    .map(frame -> frame.path(field).asString(""))
                    .filter(text -> !text.isEmpty())
                    .findFirst()
                    .orElse(DONE);
            return new Answer(verdict, frames.stream().map(JsonNode::toString).toList());
        }
    }

    TextSocket socket();

    Answer say(String frame);

    /// Sends a frame and does not wait.
    default void shout(String frame) {
        socket().send(frame);
    }

    /// Sends a frame that is no text, and does not wait.
    default void shout(byte[] frame) {
        socket().send(frame);
    }

    /// What can't be carried out, and whose answer can be told from all others: by the text that comes second.
    Probe probe();

    /// @param end what only the answer to it has
    record Probe(String frame, String end) {}

    /// Everything that was answered since, up to the answer to what is sent now.
    default List<String> lastWords() {
        socket().send(probe().frame());
        return socket().until(text -> text.contains(probe().end()));
    }

    @Override
    default void close() {
        socket().close();
    }

    /// Opens a socket.
    ///
    /// @param path  of the socket, for protocols that have several
    /// @param token null for nobody
    static Talk open(int port, String protocol, String path, @Nullable User user, @Nullable String token) {
        return switch (protocol) {
            case "events" -> new Events(new TextSocket(port, "/ws", token));
            case "pymessage" -> Pymessage.signedIn(new TextSocket(port, "/pymessage", null), user);
            case "uchat" -> Uchat.signedIn(new TextSocket(port, "/uchat", null), user);
            case "matcha" -> Matcha.joined(new TextSocket(port, "/socket.io/?EIO=4&transport=websocket", null), token);
            case "phonechat" -> new Phonechat(new TextSocket(port, "/ws/chat/" + path, token));
            default -> throw new AssertionError("what is " + protocol + "?");
        };
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    /// All frames up to the answer to what is certainly refused.
    private static List<JsonNode> upTo(TextSocket socket, String probe, String end) {
        socket.send(probe);
        var texts = socket.until(text -> text.contains(end));
        return texts.subList(0, texts.size() - 1).stream().map(Talk::json).toList();
    }

    record Events(TextSocket socket) implements Talk {

        @Override
        public Answer say(String frame) {
            socket.send("{\"ref\":\"it\"," + frame.substring(1));
            var frames = socket.until(text -> text.contains("\"ref\":\"it\"")).stream()
                    .map(Talk::json)
                    .toList();
            return Answer.of(frames, "code");
        }

        @Override
        public Probe probe() {
            return new Probe("{\"type\":\"ping\",\"ref\":\"last words\"}", "last words");
        }
    }

    record Pymessage(TextSocket socket) implements Talk {

        static Talk signedIn(TextSocket socket, @Nullable User user) {
            if (user != null) {
                socket.send(JSON.createObjectNode()
                        .put("type", "login")
                        .put("username", user.username())
                        .put("pin", People.PASSWORD)
                        .toString());
                socket.until(text -> text.contains("\"resp\""));
            }
            return new Pymessage(socket);
        }

        @Override
        public Answer say(String frame) {
            socket.send(frame);
            return Answer.of(upTo(socket, "{}", "endpoint not found"), "error");
        }

        @Override
        public Probe probe() {
            return new Probe(
                    "{\"type\":\"send_msg\",\"recipient\":987654321012,\"content\":\"x\"}", "987654321012 is not");
        }
    }

    record Uchat(TextSocket socket) implements Talk {

        static Talk signedIn(TextSocket socket, @Nullable User user) {
            if (user != null) {
                socket.send(JSON.createObjectNode()
                        .put("type", "REQUEST_LOGIN")
                        .put("login", user.username())
                        .put("pass", People.PASSWORD)
                        .toString());
                socket.until(text -> text.contains("LOGIN_OK"));
            }
            return new Uchat(socket);
        }

        /// Signing in is refused by a status alone.
        @Override
        public Answer say(String frame) {
            socket.send(frame);
            var frames = upTo(socket, "{}", "unknown type");
            var answer = Answer.of(frames, "error");
            return frames.stream()
                                    .anyMatch(each ->
                                            each.path("type").asString("").startsWith("RESPONSE"))
                            && answer.verdict().equals(Answer.DONE)
                    ? Answer.of(frames, "status")
                    : answer;
        }

        @Override
        public Probe probe() {
            return new Probe("{\"type\":\"READ_MSG\",\"read\":\"ALL\",\"room_id\":987654321012}", "987654321012");
        }
    }

    record Matcha(TextSocket socket) implements Talk {

        private static final String ROOM = "/api/socket,";

        /// Reads no more than the service does: what is too deep, say, is no event.
        private static final JsonMapper STRICT =
                JsonMapper.builder(StrictJson.factory()).build();

        private static final Set<String> RESERVED =
                Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

        static Talk joined(TextSocket socket, @Nullable String token) {
            var auth = token == null
                    ? ""
                    : JSON.createObjectNode().put("token", token).toString();
            socket.send("40" + ROOM + auth);
            socket.until(text -> text.startsWith("40" + ROOM));
            return new Matcha(socket);
        }

        /// A packet that is none ends the connection: only what could be an event is sent.
        @Override
        public void shout(String frame) {
            if (isEvent(frame)) {
                socket.send("42" + ROOM + frame);
            }
        }

        @Override
        public void shout(byte[] frame) {
            // to Socket.IO it is part of a packet, and here of one that never was
        }

        private static boolean isEvent(String frame) {
            try {
                var name = STRICT.readTree(frame).path(0);
                return name.isString() && !RESERVED.contains(name.stringValue());
            } catch (JacksonException _) {
                return false;
            }
        }

        @Override
        public Answer say(String frame) {
            socket.send("42" + ROOM + "7" + frame);
            var texts = socket.until(text -> text.startsWith("43" + ROOM));
            var told = json(texts.getLast().substring(("43" + ROOM + "7").length()))
                    .path(0)
                    .path("message")
                    .asString("");
            return new Answer(told.equals("ok") ? Answer.DONE : told, texts);
        }

        @Override
        public Probe probe() {
            return new Probe("42" + ROOM + "98765[\"join\",987654321012]", "43" + ROOM + "98765[");
        }
    }

    record Phonechat(TextSocket socket) implements Talk {

        private static final String PROBE = """
                {"message":"","command":"no such","msg_from":"","msg_to":"","sent_timestamp":"2026-11-21 10:00:00"}
                """;

        @Override
        public Answer say(String frame) {
            socket.send(frame);
            var frames = upTo(socket, PROBE, "\"no such\"").stream()
                    .filter(each -> each.path("command").asString("").equals("error"))
                    .toList();
            return Answer.of(frames, "message");
        }

        @Override
        public Probe probe() {
            return new Probe(PROBE.replace("no such", "last words"), "\"last words\"");
        }
    }
}
