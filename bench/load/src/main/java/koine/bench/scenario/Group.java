package koine.bench.scenario;

import java.util.List;
import java.util.stream.IntStream;
import koine.bench.measure.Stamp;
import koine.bench.report.Result;
import koine.bench.client.Client;
import koine.bench.client.Room;

/// How fast a message reaches all who are in a group: one of them sends, and sends again when the last of them has
/// it, the sender's own copy included. The latency is that of the last member.
///
/// @param members all of them online
public record Group(int members) implements Scenario {

    private static final int CONNECTING_AT_ONCE = 16;

    @Override
    public Result run(Bench bench) {
        var room = bench.target().room(members);
        var load = new Rounds(room);
        var clients = load.connect(bench);
        try {
            return new Trial(bench, load).run(Result.of(bench.target().name(), "group " + members));
        } finally {
            clients.forEach(Client::drop);
        }
    }

    private static final class Rounds implements Load {

        private static final int TEXT_BYTES = 100;

        private final Tally tally = new Tally();
        private final Room room;
        private final List<Receiver> receivers;
        private Client sender;
        private boolean running;
        private int sent;
        private int missing;

        Rounds(Room room) {
            this.room = room;
            this.receivers = room.members().stream()
                    .map(_ -> new Receiver(tally, this::delivered))
                    .toList();
        }

        List<Client> connect(Bench bench) {
            var clients = Crowd.all(
                    IntStream.range(0, receivers.size()).boxed().toList(),
                    CONNECTING_AT_ONCE,
                    i -> bench.target()
                            .connect(room.members().get(i), receivers.get(i))
                            .thenCompose(client -> client.enter(room.address()).thenApply(_ -> client)));
            sender = clients.getFirst();
            return clients;
        }

        @Override
        public void start() {
            running = true;
            send();
        }

        @Override
        public void stop() {
            running = false;
        }

        private void send() {
            missing = receivers.size();
            sender.send(room.address(), new Stamp(0, sent++, System.nanoTime()).text(TEXT_BYTES));
        }

        private void delivered(Stamp stamp) {
            if (--missing == 0) {
                tally.took(stamp.time());
                if (running) {
                    send();
                }
            }
        }

        @Override
        public long expected() {
            return (long) sent * receivers.size();
        }

        @Override
        public List<Receiver> receivers() {
            return receivers;
        }

        @Override
        public Tally tally() {
            return tally;
        }
    }
}
