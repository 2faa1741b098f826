package koine.log;

import static org.assertj.core.api.Assertions.assertThat;

import koine.testing.KoineTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.TestPropertySource;

// its service is no other test's
@Execution(ExecutionMode.CONCURRENT)
@KoineTest
@TestPropertySource(properties = "koine.cluster.bus=local")
class LocalBusTest implements ClusterBusContract {

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

    @Test
    void start_saidToBeAlone_doesNotShowItselfToOthers() {
        assertThat(bus).isInstanceOf(LocalBus.class);
        assertThat(database.sql("select count(*) from server")
                        .map(row -> row.get(0, Long.class))
                        .one()
                        .block())
                .isZero();
    }
}
