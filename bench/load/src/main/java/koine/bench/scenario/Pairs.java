package koine.bench.scenario;

import koine.bench.report.Result;

/// How much can be delivered: pairs of users who are online, each sender with so many messages outstanding, a new
/// one being sent when one arrives.
///
/// @param pairs       how many
/// @param outstanding of each sender
public record Pairs(int pairs, int outstanding) implements Scenario {

    @Override
    public Result run(Bench bench) {
        var load = new Window(outstanding);
        load.begin(bench, pairs);
        try {
            return new Trial(bench, load).run(Result.of(bench.target().name(), "pairs " + pairs));
        } finally {
            load.end();
        }
    }

    private static final class Window extends Conversations {

        private final int outstanding;
        private boolean running;

        Window(int outstanding) {
            this.outstanding = outstanding;
        }

        @Override
        public void start() {
            running = true;
            for (int i = 0; i < outstanding; i++) {
                all().forEach(this::delivered);
            }
        }

        @Override
        public void stop() {
            running = false;
        }

        @Override
        void delivered(Conversation conversation) {
            if (running) {
                conversation.send(System.nanoTime());
            }
        }
    }
}
