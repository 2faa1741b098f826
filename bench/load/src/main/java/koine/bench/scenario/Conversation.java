package koine.bench.scenario;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import koine.bench.measure.Stamp;
import koine.bench.client.Client;
import koine.bench.client.Pair;

/// A pair that is online: one of them sends, the other receives.
final class Conversation {

    private static final int TEXT_BYTES = 100;
    private static final int CONNECTING_AT_ONCE = 16;

    private final int index;
    private final Pair pair;
    private final Receiver receiver;
    private Client sending;
    private Client receiving;
    private int sent;

    private Conversation(int index, Pair pair, Tally tally, Consumer<Conversation> onDelivered) {
        this.index = index;
        this.pair = pair;
        this.receiver = new Receiver(tally, stamp -> {
            tally.took(stamp.time());
            onDelivered.accept(this);
        });
    }

    /// New pairs, all of them online.
    static List<Conversation> begin(Bench bench, int count, Tally tally, Consumer<Conversation> onDelivered) {
        var pairs = bench.target().pairs(count);
        var conversations = IntStream.range(0, count)
                .mapToObj(i -> new Conversation(i, pairs.get(i), tally, onDelivered))
                .toList();
        var receiving = Crowd.all(
                conversations, CONNECTING_AT_ONCE, one -> bench.target().connect(one.pair.receiver(), one.receiver));
        var sending = Crowd.all(
                conversations, CONNECTING_AT_ONCE, one -> bench.target().connect(one.pair.sender(), new Echoes(tally)));
        for (int i = 0; i < count; i++) {
            conversations.get(i).receiving = receiving.get(i);
            conversations.get(i).sending = sending.get(i);
        }
        return conversations;
    }

    /// @param time when it was meant to be sent
    void send(long time) {
        sending.send(pair.address(), new Stamp(index, sent++, time).text(TEXT_BYTES));
    }

    int sent() {
        return sent;
    }

    Receiver receiver() {
        return receiver;
    }

    void end() {
        sending.drop();
        receiving.drop();
    }
}
