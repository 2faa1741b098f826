package koine.chaos;

import java.util.List;
import java.util.Map;
import java.util.Random;
import koine.testing.Api.User;

/// What all clients of one test share.
///
/// @param owned the big group that each of the first users owns
record Cluster(
        List<Server> servers, List<User> users, Map<Long, Long> owned, Counts counts, Faults faults, Stage stage) {

    /// How far the test is; clients look at it now and then.
    static final class Stage {

        /// Nothing new is begun; what was begun is brought to its end.
        volatile boolean settling;

        volatile boolean over;
    }

    int anyPort(Random random) {
        return servers.get(random.nextInt(servers.size())).port();
    }
}
