package koine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import koine.database.DirectConnections;
import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.log.Signal.Typing;
import koine.testing.Api;
import koine.testing.People;
import koine.testing.QuickTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/// That servers hear one another is tested with two of them in [koine.cluster]; here is what one of them says.
@QuickTest
class PostgresBusTest implements ClusterBusContract {

    private static final String MARK = "{\"server\":\"ghost\",\"head\":0}";

    @Autowired
    private Log log;

    @Autowired
    private LogTail feed;

    @Autowired
    private Signals signals;

    @Autowired
    private ClusterBus bus;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private ConnectionFactory connections;

    @Autowired
    private ApplicationContext context;

    @LocalServerPort
    private int port;

    private Api.User ann = new Api.User(0, "", "");
    private long chat;

    @Override
    public Log log() {
        return log;
    }

    @Override
    public LogTail feed() {
        return feed;
    }

    @Override
    public Signals signals() {
        return signals;
    }

    @BeforeEach
    void chat() {
        var both = new People(context).many("bus", 2);
        ann = both.getFirst();
        chat = new Api(port).privateChat(both.getFirst(), both.getLast());
    }

    @AfterEach
    void noGhost() {
        run("delete from server where id = 'ghost'");
    }

    @Test
    void start_always_showsTheServerUnderItsName() {
        await().atMost(ClusterBusContract.LIMIT)
                .untilAsserted(() -> assertThat(database.sql("select id from server")
                                .map(row -> row.get(0, String.class))
                                .all()
                                .collectList()
                                .block())
                        .contains(bus.server()));
    }

    @Test
    void write_anotherServerIsThere_isToldOfTheContents() {
        ghostSeen("now()");

        var told = toldDuring(() -> send("for the ghost"));

        assertThat(told).anyMatch(text -> text.contains("for the ghost")).anyMatch(text -> text.contains(bus.server()));
    }

    @Test
    void write_otherServersGone_tellsNobody() {
        ghostSeen("now() - interval '31 seconds'");

        var told = toldDuring(() -> {
            send("nobody is there");
            signals.send(new Typing(new ChatId(chat), new AccountId(ann.id())));
            new Api(port)
                    .post("/chat/group/create", ann.token(), Map.of("name", "g", "with_ids", List.of(ann.id() + 1)));
        });

        assertThat(told).noneMatch(text -> text.contains(bus.server()));
    }

    @Test
    void send_anotherServerIsThere_tellsEachSignal() {
        ghostSeen("now()");

        var told = toldDuring(
                () -> LongStream.rangeClosed(1, 20)
                        .forEach(i -> signals.send(new Typing(new ChatId(chat + i), new AccountId(ann.id())))),
                soFar -> soFar.stream().filter(PostgresBusTest::isTyping).count() >= 20);

        assertThat(told.stream().filter(PostgresBusTest::isTyping)).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void write_changeThatFails_tellsNobody() {
        ghostSeen("now()");
        var head = Objects.requireNonNull(log.head().block()).position();

        var told = toldDuring(() -> log.<Long>write(positions ->
                        bus.announce(positions.next()).then(Mono.error(new IllegalStateException("undone"))))
                .onErrorComplete()
                .block());

        assertThat(told).noneMatch(text -> text.contains(bus.server()));
        assertThat(Objects.requireNonNull(log.head().block()).position()).isEqualTo(head);
    }

    private void send(String contents) {
        new Api(port)
                .post("/chat/" + chat + "/message", ann.token(), Map.of("contents", contents))
                .ok();
    }

    private static boolean isTyping(String signal) {
        return signal.contains("\"typing\"");
    }

    private void ghostSeen(String at) {
        run("insert into server (id, seen_at) values ('ghost', " + at + ")");
    }

    private void run(String sql) {
        database.sql(sql).then().block();
    }

    /// What another server would be told while this is done: a mark of our own shows the end.
    private List<String> toldDuring(Runnable action) {
        return toldDuring(action, _ -> true);
    }

    private List<String> toldDuring(Runnable action, Predicate<List<String>> enough) {
        var told = new CopyOnWriteArrayList<String>();
        var listener = (PostgresqlConnection) Objects.requireNonNull(
                Mono.from(DirectConnections.behind(connections).create()).block());
        var listening = listener.getNotifications().subscribe(each -> told.add(String.valueOf(each.getParameter())));
        try {
            listener.createStatement("listen koine_log; listen koine_signal")
                    .execute()
                    .concatMap(PostgresqlResult::getRowsUpdated)
                    .blockLast();
            action.run();
            await().atMost(ClusterBusContract.LIMIT).until(() -> {
                run("select pg_notify('koine_log', '" + MARK + "')");
                return told.contains(MARK) && enough.test(told);
            });
            return told;
        } finally {
            listening.dispose();
            listener.close().block();
        }
    }
}
