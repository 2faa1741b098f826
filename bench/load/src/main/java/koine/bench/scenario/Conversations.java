package koine.bench.scenario;

import java.util.List;

/// What loads of pairs have in common.
abstract class Conversations implements Load {

    private final Tally tally = new Tally();
    private List<Conversation> all = List.of();

    /// Connects; to be called once, before it is started.
    final void begin(Bench bench, int count) {
        all = Conversation.begin(bench, count, tally, this::delivered);
    }

    final void end() {
        all.forEach(Conversation::end);
    }

    final List<Conversation> all() {
        return all;
    }

    /// A message of the conversation has arrived.
    abstract void delivered(Conversation conversation);

    @Override
    public final long expected() {
        return all.stream().mapToLong(Conversation::sent).sum();
    }

    @Override
    public final List<Receiver> receivers() {
        return all.stream().map(Conversation::receiver).toList();
    }

    @Override
    public final Tally tally() {
        return tally;
    }
}
