package koine.limit;

/// The servers among which a client's calls may spread.
public interface Fleet {

    /// How many there are, this one among them.
    int servers();
}
