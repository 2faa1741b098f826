package koine.chaos;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/// What happened how often.
final class Counts {

    enum What {
        SENDS,
        SENDS_REFUSED,
        RETRIES,
        EDITS,
        DELETIONS,
        GROUP_CHANGES,
        EVENTS_SEEN,
        EVENTS_SEEN_BY_SYNC,
        HEARTBEATS,
        DISCONNECTS,
        RESUMES,
        RESUMES_ON_THE_OTHER_SERVER,
        STREAMS_OPENED,
        CONNECTIONS_CUT,
        CONNECTIONS_TRUNCATED,
        DELAYS,
        SERVERS_KILLED,
        ROLLING_RESTARTS,
        POSTGRES_RESTARTS,
        POSTGRES_CRASHES,
        EVENTS_IN_LOG,
        MESSAGES_STORED,
        MESSAGES_GONE_WITH_THEIR_GROUP
    }

    private final Map<What, AtomicLong> counts = new EnumMap<>(What.class);

    Counts() {
        for (var what : What.values()) {
            counts.put(what, new AtomicLong());
        }
    }

    void add(What what) {
        add(what, 1);
    }

    void add(What what, long number) {
        of(what).addAndGet(number);
    }

    long get(What what) {
        return of(what).get();
    }

    private AtomicLong of(What what) {
        return counts.computeIfAbsent(what, _ -> new AtomicLong());
    }

    @Override
    public String toString() {
        return counts.entrySet().stream()
                .map(count -> "%,8d %s"
                        .formatted(
                                count.getValue().get(),
                                count.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ')))
                .collect(Collectors.joining("\n"));
    }
}
