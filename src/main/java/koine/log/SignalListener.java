package koine.log;

/// Hears of signals, of this server and of the others. Called inside the feed, so never beside events or other
/// signals. It must not block and must not throw.
public interface SignalListener {

    void onSignal(Signal signal);
}
