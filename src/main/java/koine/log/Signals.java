package koine.log;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.stereotype.Service;

/// Sends and hears signals. This server's listeners hear at once; the other servers are told in groups, and
/// when too much waits to be told, the newest is dropped.
@Service
public class Signals {

    private static final int MAX_WAITING = 10_000;
    private static final int MAX_GROUP = 500;

    private final LogTail feed;
    private final ClusterBus bus;
    private final List<SignalListener> listeners = new CopyOnWriteArrayList<>();
    private final GroupWriter<Signal> others;

    Signals(LogTail feed, ClusterBus bus) {
        this.feed = feed;
        this.bus = bus;
        this.others = new GroupWriter<>(MAX_WAITING, MAX_GROUP, bus::send);
    }

    /// The name of this server among those on the database.
    public String server() {
        return bus.server();
    }

    /// Gives the listener every signal from now on.
    public void follow(SignalListener listener) {
        listeners.add(listener);
    }

    /// Tells everybody, on all servers, now and without a guarantee.
    public void send(Signal signal) {
        heard(signal);
        others.offer(signal);
    }

    /// A signal of another server.
    void heard(Signal signal) {
        feed.execute(() -> listeners.forEach(listener -> listener.onSignal(signal)));
    }
}
