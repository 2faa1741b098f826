package koine.bench.client;

import koine.bench.measure.Stamp;

/// What a client tells the scenario. Called on the loop.
public interface Inbox {

    void delivered(Stamp stamp);

    /// The server did not do what it was asked, or said what the client does not understand.
    void refused(String why);

    default void closed() {}

    /// Of whoever only counts.
    Inbox IDLE = new Inbox() {
        @Override
        public void delivered(Stamp stamp) {}

        @Override
        public void refused(String why) {}
    };
}
