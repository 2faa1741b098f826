package koine.bench.limit;

/// What became of a batch, in its order.
///
/// @param ids null where the author is no member
record Stored(Long[] ids, Long[] seqs) {}
