package koine.log;

import koine.kernel.AccountId;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// Takes the names of erased accounts out of the events that were stored with them. Which are to be taken out
/// is noted in the transaction that erases an account; the events follow in small steps, which may be
/// repeated, and are finished later if they were interrupted.
@Service
public class ErasedNames {

    private final ErasedNameStore store;

    ErasedNames(ErasedNameStore store) {
        this.store = store;
    }

    /// Notes that an account is named otherwise from now on. To be called in the change that renames it,
    /// which holds the log's clock, so that no event is stored with the old name after it.
    public Mono<Void> note(AccountId account, String username) {
        return store.note(account, username);
    }

    /// Renames in the events whatever is noted and not done yet.
    public Mono<Void> erase() {
        return store.noted().concatMap(this::erase).then();
    }

    private Mono<Void> erase(ErasedNameStore.Noted noted) {
        return store.renameAfter(noted, 0)
                .expand(last -> store.renameAfter(noted, last))
                .then(Mono.defer(() -> store.done(noted.account())));
    }
}
