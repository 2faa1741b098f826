package koine.log;

import java.time.Duration;
import java.util.List;
import koine.limit.Fleet;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// How many servers are on the database, by who has shown up there lately. While nobody is known, or the database
/// can't be asked, it is as it was known last.
@Component
class KnownServers implements Fleet, Background {

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final ServerStore store;
    private final Chore chore = new Chore("Counting servers", INTERVAL, INTERVAL, () -> count().thenReturn(false));
    private volatile int servers = 1;

    KnownServers(ServerStore store) {
        this.store = store;
    }

    @Override
    public int servers() {
        return servers;
    }

    @Override
    public List<Chore> chores() {
        return List.of(chore);
    }

    private Mono<Void> count() {
        return store.count()
                .doOnNext(found -> servers = Math.toIntExact(Math.max(1, found)))
                .then();
    }
}
