package koine.bench.scenario;

import java.util.function.Consumer;
import koine.bench.measure.Stamp;
import koine.bench.measure.Stream;
import koine.bench.client.Inbox;

/// Somebody who gets the messages of one sender, and checks them.
final class Receiver implements Inbox {

    private final Tally tally;
    private final Consumer<Stamp> next;
    private final Stream stream = new Stream();

    /// @param next what to do about a message that came for the first time
    Receiver(Tally tally, Consumer<Stamp> next) {
        this.tally = tally;
        this.next = next;
    }

    @Override
    public void delivered(Stamp stamp) {
        if (stream.arrived(stamp.number())) {
            tally.delivered();
            next.accept(stamp);
        }
    }

    @Override
    public void refused(String why) {
        tally.refused(why);
    }

    Stream stream() {
        return stream;
    }
}
