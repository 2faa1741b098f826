package koine.chat;

import koine.friend.BlockListener;
import koine.kernel.AccountId;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Notes on a private chat whether there is a block between its two, for those who send: they look at that row
/// anyway. A chat is not made while there is one, so none is missed.
@Component
class BlockedChats implements BlockListener {

    private final ChatStore store;

    BlockedChats(ChatStore store) {
        this.store = store;
    }

    @Override
    public Mono<Void> onBlock(AccountId one, AccountId other, boolean apart) {
        return store.setBlocked(ChatStore.Pair.of(one, other), apart);
    }
}
