package koine.friend;

import koine.kernel.AccountId;
import reactor.core.publisher.Mono;

/// Learns of blocks inside the very transaction that makes or lifts them, while the log's clock is held: so what
/// it keeps for itself is never older than they are.
public interface BlockListener {

    /// @param apart whether from now on either of the two blocks the other
    Mono<Void> onBlock(AccountId one, AccountId other, boolean apart);
}
