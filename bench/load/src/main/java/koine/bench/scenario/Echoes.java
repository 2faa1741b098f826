package koine.bench.scenario;

import koine.bench.measure.Stamp;
import koine.bench.client.Inbox;

/// Of a sender, whose own messages come back to it in some protocols: only refusals matter.
record Echoes(Tally tally) implements Inbox {

    @Override
    public void delivered(Stamp stamp) {}

    @Override
    public void refused(String why) {
        tally.refused(why);
    }
}
