package koine.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import koine.database.DataDirectory;
import koine.testing.Api;
import koine.testing.KoineTest;
import koine.testing.People;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.JsonNode;

@KoineTest
class MediaSweepTest {

    @LocalServerPort
    private int port;

    @Autowired
    private MediaSweep sweep;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private DataDirectory data;

    private Api api;
    private Api.User ann;
    private Api.User bob;

    @BeforeEach
    void makePeople(@Autowired BeanFactory service) {
        var people = new People(service);
        api = new Api(port);
        ann = people.one("ann");
        bob = people.one("bob");
    }

    @Test
    void sweep_filesThatNoMessageHasHadForADay_areRemovedAndNoOthers() {
        var chat = api.privateChat(ann, bob);
        var fresh = upload();
        var neverSent = upload();
        var sent = upload();
        var deleted = upload();
        send(chat, sent);
        var message = send(chat, deleted);
        api.call("DELETE", "/message/" + id(message), ann.token(), null, Map.of())
                .ok();
        for (var media : List.of(neverSent, sent, deleted)) {
            aDayPasses(media);
        }
        var file = data.dataDir().resolve("media/files").resolve(pathOf(neverSent));
        assertThat(file).exists();

        sweep.sweep().block();

        assertThat(file).doesNotExist();
        assertThat(status(neverSent)).isEqualTo(404);
        assertThat(status(deleted)).isEqualTo(404);
        assertThat(status(sent)).isEqualTo(200);
        assertThat(status(fresh)).isEqualTo(200);
        assertThat(rows(neverSent)).isZero();
    }

    @Test
    void sweep_fileWhoseGroupIsGone_isRemovedADayLater() {
        var group = api.post("/chat/group/create", ann.token(), Map.of("name", "g", "with_ids", List.of(bob.id())))
                .ok();
        var media = upload();
        send(id(group), media);
        aDayPasses(media);
        sweep.sweep().block();
        assertThat(status(media)).isEqualTo(200);

        database.sql("delete from message where media_id = $1")
                .bind("$1", id(media))
                .then()
                .block();
        sweep.sweep().block();
        assertThat(status(media)).isEqualTo(200);
        aDayPasses(media);
        sweep.sweep().block();

        assertThat(status(media)).isEqualTo(404);
    }

    @Test
    void sweep_whatKilledUploadsHaveLeft_isRemovedWhenItIsOld() throws IOException {
        var staging = Files.createDirectories(data.dataDir().resolve("media/staging"));
        var old = Files.createTempDirectory(staging, "upload");
        Files.writeString(old.resolve("received"), "half of it");
        var running = Files.createTempDirectory(staging, "upload");
        Files.setLastModifiedTime(old, FileTime.from(Instant.EPOCH));

        sweep.sweep().block();

        assertThat(old).doesNotExist();
        assertThat(running).exists();
        Files.delete(running);
    }

    private JsonNode upload() {
        return api.call("POST", "/media", ann.token(), "contents", Map.of("Content-Type", "text/plain"))
                .ok();
    }

    private JsonNode send(long chat, JsonNode media) {
        return api.post("/chat/" + chat + "/message", ann.token(), Map.of("kind", "file", "media_id", id(media)))
                .ok();
    }

    private void aDayPasses(JsonNode media) {
        database.sql("update media set released_at = released_at - interval '25 hours' where id = $1")
                .bind("$1", id(media))
                .then()
                .block();
    }

    private String pathOf(JsonNode media) {
        return database.sql(
                        "select substr(key, 1, 2) || '/' || substr(key, 3, 2) || '/' || key from media where id = $1")
                .bind("$1", id(media))
                .mapValue(String.class)
                .one()
                .blockOptional()
                .orElseThrow();
    }

    private long rows(JsonNode media) {
        return database.sql("select count(*) from media where id = $1")
                .bind("$1", id(media))
                .mapValue(Long.class)
                .one()
                .blockOptional()
                .orElseThrow();
    }

    private int status(JsonNode media) {
        return api.call("HEAD", media.path("url").stringValue(), ann.token(), null, Map.of())
                .status();
    }

    private static long id(JsonNode node) {
        return node.path("id").longValue();
    }
}
