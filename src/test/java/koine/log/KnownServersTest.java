package koine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import koine.testing.KoineTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;

@KoineTest
class KnownServersTest {

    @Autowired
    private DatabaseClient database;

    private KnownServers servers;

    @BeforeEach
    void start() {
        servers = new KnownServers(new ServerStore(database));
    }

    @AfterEach
    void stop() {
        servers.stop();
        run("delete from server where id like 'other-%'");
    }

    @Test
    void servers_asManyAsHaveShownThemselvesLately_areKnown() {
        assertThat(servers.servers()).isOne();
        run("insert into server (id, seen_at) values ('other-1', now()), ('other-2', now()),"
                + " ('other-gone', now() - interval '1 minute')");

        servers.start();

        await().atMost(Duration.ofSeconds(10)).until(() -> servers.servers() == 3);
    }

    private void run(String sql) {
        database.sql(sql).then().block();
    }
}
