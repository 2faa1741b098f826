package koine.durability;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import koine.testing.Api;

/// Waits for each answer before it sends the next message.
record KillHttpClient(int port, Api.User user) implements KillClient {

    @Override
    public void send(List<Send> sends, Answers answers) {
        var api = new Api(port);
        try {
            for (var send : sends) {
                var body = Map.of("contents", send.key(), "key", send.key());
                var answer = api.post("/chat/" + send.chat() + "/message", user.token(), body);
                if (answer.status() == 200) {
                    answers.stored().put(send.key(), answer.body().path("id").longValue());
                } else {
                    answers.refusals().add(send.key() + " " + answer.body());
                }
            }
        } catch (UncheckedIOException _) { // the service is gone
        }
    }
}
