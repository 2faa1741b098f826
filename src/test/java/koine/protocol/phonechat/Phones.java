package koine.protocol.phonechat;

import java.util.List;
import java.util.Map;
import koine.testing.Api;
import koine.testing.Api.User;
import koine.testing.EventClient;
import koine.testing.People;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

/// People with phones, and their sockets.
final class Phones {

    private final BeanFactory service;
    private final int port;

    Phones(BeanFactory service, int port) {
        this.service = service;
        this.port = port;
    }

    /// Somebody signed in, with the number under which others know them.
    record Phone(User user, String number, int port) {

        String token() {
            return user.token();
        }

        Line receive() {
            return open("special/" + number + "/");
        }

        Line to(Phone other) {
            return open("personal/" + number + "/" + other.number() + "/");
        }

        Line group(String key) {
            return open("group/" + number + "/" + key + "/");
        }

        Line room(String name) {
            return open("room/" + number + "/" + name);
        }

        Line open(String path) {
            return new Line(
                    EventClient.open(port, "/ws/chat/" + path, Map.of("Authorization", "Bearer " + token()), List.of()),
                    this);
        }

        Api.Answer call(String method, String path, Object body) {
            return new Api(port).call(method, path, token(), body, Map.of());
        }

        Api.Answer get(String path) {
            return new Api(port).get(path, token());
        }
    }

    /// One socket.
    record Line(EventClient socket, Phone me) implements AutoCloseable {

        /// Sends a frame in one's own name.
        void say(String command, String message, String to, String at) {
            socket.send(Map.of(
                    "message",
                    message,
                    "command",
                    command,
                    "msg_from",
                    me.number(),
                    "msg_to",
                    to,
                    "sent_timestamp",
                    at));
        }

        JsonNode next() {
            return socket.next();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    List<Phone> many(int count) {
        var people = new People(service).many("phone", count);
        var database = service.getBean(DatabaseClient.class);
        database.sql("update account set phone = '9' || lpad(id::text, 9, '0') where id between $1 and $2")
                .bind("$1", people.getFirst().id())
                .bind("$2", people.getLast().id())
                .then()
                .block();
        return people.stream()
                .map(user -> new Phone(user, "9%09d".formatted(user.id()), port))
                .toList();
    }
}
