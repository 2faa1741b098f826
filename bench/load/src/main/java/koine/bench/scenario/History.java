package koine.bench.scenario;

import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import koine.bench.measure.Latencies;
import koine.bench.net.HttpLane;
import koine.bench.report.Result;
import koine.bench.client.Archive;

/// How many pages of a chat's history are read a second over HTTP, from anywhere in the chat; and how long PostgreSQL
/// alone takes for the rows of such a page.
///
/// @param messages in the chat: those of one of the chats of the [Archive]
public record History(int messages) implements Scenario {

    private static final int PAGE = 50;
    private static final int LANES = 16;
    private static final int QUERIES = 2_000;

    private static final String ROWS = """
            select id, chat_id, author_id, seq, contents, kind, media, reply_to, created_at, updated_at, edited_at
            from message
            where chat_id = ? and id > ? and deleted_at is null
            order by id
            limit ?
            """;

    @Override
    public Result run(Bench bench) {
        var archive = bench.koine().archive();
        var chat = messages == Archive.SMALL ? archive.small() : archive.large();
        var calls = new Calls(bench, LANES, () -> page(archive, chat));
        return calls.run(Result.of(bench.target().name(), "history " + messages))
                .with("query_p50_ms", queries(bench, chat).millis(50));
    }

    private static HttpLane.Call page(Archive archive, Archive.Chat chat) {
        var path = "/chat/" + chat.id() + "/messages?cursor=" + anywhere(chat) + "&limit=" + PAGE;
        return new HttpLane.Call("GET", path, archive.reader().secret(), "");
    }

    private static long anywhere(Archive.Chat chat) {
        return chat.first() + ThreadLocalRandom.current().nextInt(chat.messages() - PAGE);
    }

    private static Latencies queries(Bench bench, Archive.Chat chat) {
        var latencies = new Latencies();
        try (var connection = bench.koine().database().open();
                var query = connection.prepareStatement(ROWS)) {
            for (int i = 0; i < QUERIES; i++) {
                long asked = System.nanoTime();
                query.setLong(1, chat.id());
                query.setLong(2, anywhere(chat));
                query.setInt(3, PAGE);
                query.executeQuery().close();
                latencies.record(System.nanoTime() - asked);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return latencies;
    }
}
