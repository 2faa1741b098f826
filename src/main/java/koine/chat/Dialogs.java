package koine.chat;

import koine.kernel.AccountId;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Flux;

/// Chats as a list of titles.
@Service
public class Dialogs {

    private final DialogStore store;

    Dialogs(DialogStore store) {
        this.store = store;
    }

    /// One's chats, the most recently active first. Chats as recently active as the last one are all among them, so
    /// there may be more than `limit`.
    public Flux<Dialog> of(AccountId me, int limit) {
        return store.list(me, limit);
    }
}
