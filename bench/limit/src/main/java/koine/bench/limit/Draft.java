package koine.bench.limit;

import io.netty.channel.Channel;

/// A message that is to be stored.
///
/// @param from where it came from, and where the answer goes
record Draft(Channel from, long author, long chat, String contents) {}
