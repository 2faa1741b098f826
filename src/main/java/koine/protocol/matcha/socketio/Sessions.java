package koine.protocol.matcha.socketio;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The sessions there are, by their ids.
final class Sessions {

    /// In bytes: nobody guesses 160 bits.
    private static final int ID_LENGTH = 20;

    private final Map<String, EngineSession> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final int max;
    private final SecureRandom random;

    Sessions(int max, SecureRandom random) {
        this.max = max;
        this.random = random;
    }

    String newId() {
        var id = new byte[ID_LENGTH];
        random.nextBytes(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    boolean isFull() {
        return count.get() >= max;
    }

    /// False, and nothing is kept, if there are as many as there may be.
    boolean add(EngineSession session) {
        if (count.incrementAndGet() > max) {
            count.decrementAndGet();
            return false;
        }
        sessions.put(session.id(), session);
        return true;
    }

    void remove(EngineSession session) {
        if (sessions.remove(session.id(), session)) {
            count.decrementAndGet();
        }
    }

    Optional<EngineSession> find(@Nullable String id) {
        return id == null ? Optional.empty() : Optional.ofNullable(sessions.get(id));
    }

    Collection<EngineSession> all() {
        return sessions.values();
    }

    int count() {
        return count.get();
    }
}
