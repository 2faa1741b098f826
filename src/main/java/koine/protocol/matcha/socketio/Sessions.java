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
    private final Map<Object, Integer> byOrigin = new ConcurrentHashMap<>();
    private final SocketIoSettings.Limits limits;
    private final Gate gate;
    private final SecureRandom random;

    Sessions(SocketIoSettings.Limits limits, Gate gate, SecureRandom random) {
        this.limits = limits;
        this.gate = gate;
        this.random = random;
    }

    String newId() {
        var id = new byte[ID_LENGTH];
        random.nextBytes(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    boolean isFull() {
        return count.get() >= limits.maxSessions();
    }

    /// False, and nothing is kept, if there are as many as there may be, in all or from the address.
    boolean add(EngineSession session) {
        var tooMany = count.incrementAndGet() > limits.maxSessions();
        if (byOrigin.merge(origin(session), 1, Integer::sum) > limits.maxSessionsPerAddress() || tooMany) {
            uncount(session);
            return false;
        }
        sessions.put(session.id(), session);
        return true;
    }

    void remove(EngineSession session) {
        if (sessions.remove(session.id(), session)) {
            uncount(session);
        }
    }

    private void uncount(EngineSession session) {
        count.decrementAndGet();
        byOrigin.computeIfPresent(origin(session), (_, there) -> there > 1 ? there - 1 : null);
    }

    private Object origin(EngineSession session) {
        return gate.origin(session.handshake());
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
