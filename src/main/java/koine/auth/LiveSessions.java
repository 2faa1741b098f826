package koine.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.kernel.SessionId;
import koine.log.GroupWriter;
import koine.log.Signal;
import koine.log.Signal.SessionEnded;
import koine.log.SignalListener;
import koine.log.Signals;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Which sessions are still there, so that an access token is good no longer than its session. A session is
/// looked up when it is first seen and then every 10 seconds while it is used. That it ended is known at once
/// on the server that ended it, and on the others when they hear of it; one that does not hear of it finds
/// out by its next look.
///
/// Notes as well that sessions are in use: in groups, and each session once a minute at most.
@Component
class LiveSessions implements SignalListener {

    /// About 100 bytes each.
    private static final int MAX_KNOWN = 100_000;

    private static final int MAX_WAITING = 100_000;
    private static final int MAX_GROUP = 1_000;
    private static final Duration NOTES_APART = Duration.ofMillis(200);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
    private static final Duration NOTE_AGAIN = Duration.ofMinutes(1);

    private final SessionStore store;
    private final AuthProperties properties;
    private final Clock clock;
    private final GroupWriter<SessionId> seen;

    /// The least recently used is forgotten first.
    private final Map<SessionId, Known> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SessionId, Known> eldest) {
            return size() > MAX_KNOWN;
        }
    });

    LiveSessions(SessionStore store, AuthProperties properties, Clock clock, Signals signals) {
        this.store = store;
        this.properties = properties;
        this.clock = clock;
        this.seen = new GroupWriter<>(MAX_WAITING, MAX_GROUP, NOTES_APART, this::note);
        signals.follow(this);
    }

    private sealed interface Known {

        /// @param at when it was looked up
        record Alive(Instant at) implements Known {}

        /// For ever: its id is not used again.
        record Ended() implements Known {}

        /// Not looked up yet.
        record Unknown() implements Known {}
    }

    /// Gives back who it is if their session is there.
    ///
    /// Errors: `NOT_AUTHENTICATED`.
    Mono<SignedIn> check(SignedIn who) {
        return Mono.defer(() -> switch (known.getOrDefault(who.session(), new Known.Unknown())) {
            case Known.Alive(var at) when at.plus(LOOK_AGAIN).isAfter(clock.instant()) -> Mono.just(who);
            case Known.Alive _, Known.Unknown _ -> look(who);
            case Known.Ended _ -> refused();
        });
    }

    /// The session is in use.
    void seen(SessionId session) {
        seen.offer(session);
    }

    void ended(SessionId session) {
        known.put(session, new Known.Ended());
    }

    @Override
    public void onSignal(Signal signal) {
        if (signal instanceof SessionEnded ended) {
            ended(ended.session());
        }
    }

    private Mono<SignedIn> look(SignedIn who) {
        return store.lastSeen(who)
                .filter(at -> at.isAfter(clock.instant().minus(properties.sessionIdle())))
                .switchIfEmpty(Mono.defer(() -> {
                    ended(who.session());
                    return refused();
                }))
                .filter(at -> remember(who.session(), at))
                .switchIfEmpty(refused())
                .thenReturn(who);
    }

    /// False if it ended while it was looked up.
    private boolean remember(SessionId session, Instant lastSeen) {
        var now = clock.instant();
        if (lastSeen.plus(NOTE_AGAIN).isBefore(now)) {
            seen(session);
        }
        var is = known.compute(session, (_, was) -> was instanceof Known.Ended ? was : new Known.Alive(now));
        return is instanceof Known.Alive;
    }

    private Mono<Void> note(List<SessionId> sessions) {
        var now = clock.instant();
        return store.seen(sessions, now, now.minus(NOTE_AGAIN));
    }

    private static <T> Mono<T> refused() {
        return Mono.error(() -> new Refused(ErrorCode.NOT_AUTHENTICATED, "the session has ended"));
    }
}
