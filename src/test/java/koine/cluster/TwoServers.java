package koine.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import koine.Koine;
import koine.testing.Api;
import koine.testing.EventClient;
import koine.testing.People;
import koine.testing.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/// Two whole servers on one database, started once for all tests of this JVM that ask for them, and ended with
/// it.
public record TwoServers(TestDatabase database, Server one, Server two) {

    private static @Nullable TwoServers running;

    /// One of the servers.
    public record Server(ConfigurableApplicationContext context, int port) {

        public <T> T bean(Class<T> type) {
            return context.getBean(type);
        }

        public Api api() {
            return new Api(port);
        }

        public People people() {
            return new People(context);
        }

        /// A socket of the user that gets events from now on.
        public EventClient live(Api.User user) {
            return EventClient.live(port, user.token());
        }
    }

    public static synchronized TwoServers running() {
        var servers = running;
        if (servers == null) {
            var database = TestDatabase.fresh();
            servers = new TwoServers(database, start(database), start(database));
            running = servers;
        }
        return servers;
    }

    private static Server start(TestDatabase database) {
        var settings = new ArrayList<>(List.of(database.properties()));
        settings.add("server.port=0");
        settings.add("koine.delivery.vanished-after=1500ms");
        settings.add("koine.log.check-interval=1m"); // so that what a server knows it knows from the other one
        settings.add("koine.data-dir=" + Path.of("target", "koine-test", database.database()));
        var context = SpringApplication.run(
                Koine.class, settings.stream().map(each -> "--" + each).toArray(String[]::new));
        var port = Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port", Integer.class));
        return new Server(context, port);
    }

    /// Sends a message over HTTP; gives it as it was answered.
    static JsonNode send(Server server, Api.User from, long chat, String contents) {
        return server.api()
                .post("/chat/" + chat + "/message", from.token(), Map.of("contents", contents))
                .ok();
    }

    static <T> T get(Mono<T> mono) {
        return Objects.requireNonNull(mono.block());
    }
}
