package koine.bench.scenario;

import koine.bench.report.Result;

/// How long a delivery takes at a fixed rate, measured from the moment at which the message was meant to be sent,
/// whether or not the generator or the server was ready for it.
///
/// @param rate messages a second, of all pairs together
public record Open(int pairs, int rate) implements Scenario {

    @Override
    public Result run(Bench bench) {
        var load = new Schedule(bench);
        load.begin(bench, pairs);
        try {
            return new Trial(bench, load).run(Result.of(bench.target().name(), "open " + rate + "/s"));
        } finally {
            load.end();
        }
    }

    private final class Schedule extends Conversations {

        private final Pacer pacer;
        private int next;

        Schedule(Bench bench) {
            this.pacer = new Pacer(bench.loop(), rate, this::send);
        }

        @Override
        public void start() {
            pacer.start();
        }

        @Override
        public void stop() {
            pacer.stop();
        }

        @Override
        void delivered(Conversation conversation) {}

        private void send(long time) {
            if (!pacer.isStopped()) {
                all().get(next++ % all().size()).send(time);
            }
        }
    }
}
