package koine.durability;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A client of [KillTest].
interface KillClient {

    /// @param key the contents as well
    record Send(long chat, String key) {}

    /// What all clients were told.
    ///
    /// @param stored   message ids by key
    /// @param refusals in full, of whatever kind
    record Answers(Map<String, Long> stored, Queue<String> refusals) {

        Answers() {
            this(new ConcurrentHashMap<>(), new ConcurrentLinkedQueue<>());
        }
    }

    /// Sends one message after the other and notes the answers, until all are there or the service is gone.
    void send(List<Send> sends, Answers answers);
}
