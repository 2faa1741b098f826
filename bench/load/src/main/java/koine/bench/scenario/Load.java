package koine.bench.scenario;

import java.util.List;

/// Messages being sent. Called on the loop only.
interface Load {

    void start();

    void stop();

    /// How many deliveries all that was sent will make.
    long expected();

    List<Receiver> receivers();

    Tally tally();

    default long arrived() {
        return receivers().stream()
                .mapToLong(receiver -> receiver.stream().arrived())
                .sum();
    }
}
