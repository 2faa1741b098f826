package koine.protocol.rehearsal;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/// People who register, come and go, write to one another and to a group, read, and at last all write at once more
/// than can be stored. A service whose JVM has been through that, and keeps what it found out, is fast from its first
/// second on. See docs/adr/0033.
///
/// It leaves accounts and messages behind: for a service that is thrown away.
public final class Rehearsal {

    /// Enough of them that they can have more messages waiting than a batch takes.
    private static final int PEOPLE = 24;

    private static final Duration SCENE = Duration.ofSeconds(12);
    private static final String TEXT = "All of this has been said before, and it will be said again. ".repeat(2);

    private final URI server;
    private final Duration scene;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private List<Person> people = List.of();
    private long group;

    /// @param server the service's address, without a path
    /// @param scene  how long each of them is
    Rehearsal(URI server, Duration scene) {
        this.server = server;
        this.scene = scene;
    }

    /// Plays on the service of this machine that listens at `SERVER_PORT`, 8080 without it.
    ///
    /// @throws Exception when anything did not go as it should; the program then ends with 1
    static void main() throws Exception {
        var port = System.getenv().getOrDefault("SERVER_PORT", "8080");
        new Rehearsal(URI.create("http://127.0.0.1:" + port), SCENE).play();
    }

    /// @throws Exception when anything did not go as it should
    void play() throws Exception {
        meet();
        again(this::comeAndGo);
        once(Person::come);
        again(this::talk);
        again(this::talkToAll);
        again(this::read);
        once(Person::hurry);
        again(this::talk);
        once(Person::go);
    }

    private void meet() throws Exception {
        var suffix = Long.toString(System.nanoTime(), Character.MAX_RADIX);
        people = together(IntStream.range(0, PEOPLE)
                .mapToObj(i -> "rehearsal-%d-%s".formatted(i, suffix))
                .<Callable<Person>>map(name -> () -> Person.register(http, server, name))
                .toList());
        for (int i = 0; i < PEOPLE; i++) {
            people.get(i).openChatWith(people.get((i + 1) % PEOPLE));
        }
        group = people.getFirst().gather(people.subList(1, PEOPLE));
    }

    private void comeAndGo(Person person) throws Exception {
        person.come();
        person.go();
    }

    private void talk(Person person) throws Exception {
        person.write(person.privateChat(), TEXT);
        if (person.written() % 10 == 0) {
            person.showWriting();
            person.markRead();
        }
    }

    private void talkToAll(Person person) throws Exception {
        person.write(group, TEXT);
    }

    private void read(Person person) throws Exception {
        person.get("/chat/%d/messages".formatted(person.privateChat()));
        person.get("/user/chats");
        person.get("/user/me");
        person.get("/sync");
    }

    /// All do it at the same time, each again and again until the scene is over.
    private void again(Deed deed) throws Exception {
        long begun = System.nanoTime();
        once(person -> {
            while (System.nanoTime() - begun < scene.toNanos()) {
                deed.doneBy(person);
            }
        });
    }

    private void once(Deed deed) throws Exception {
        together(people.stream()
                .<Callable<Person>>map(person -> () -> {
                    deed.doneBy(person);
                    return person;
                })
                .toList());
    }

    private static List<Person> together(List<Callable<Person>> deeds) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var people = new ArrayList<Person>();
            for (var done : threads.invokeAll(deeds)) {
                people.add(done.get());
            }
            return people;
        }
    }

    @FunctionalInterface
    private interface Deed {
        void doneBy(Person person) throws Exception;
    }
}
