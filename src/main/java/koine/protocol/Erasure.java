package koine.protocol;

import java.util.List;
import koine.account.Accounts;
import koine.auth.Sessions;
import koine.auth.SignIns;
import koine.auth.SignedIn;
import koine.chat.Members;
import koine.friend.Farewells;
import koine.kernel.AccountId;
import koine.log.ErasedNames;
import koine.notification.Notifications;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;

/// Erases accounts: calls upon each room to do its part, in an order in which it can be asked for again as
/// long as it is not done. First friendships end, and groups are left, one by one. Then, all at once or
/// not at all, what is left is left, the account becomes a tombstone, and its sessions are gone: from
/// here on nobody can sign in, and no event is stored with the name. Last, the name is taken out of older
/// events; what is interrupted there is finished by itself within the hour.
@Service
public class Erasure {

    private static final Logger log = LoggerFactory.getLogger(Erasure.class);

    private final Accounts accounts;
    private final Members members;
    private final Farewells farewells;
    private final Notifications notifications;
    private final Sessions sessions;
    private final SignIns signIns;
    private final ErasedNames names;

    Erasure(
            Accounts accounts,
            Members members,
            Farewells farewells,
            Notifications notifications,
            Sessions sessions,
            SignIns signIns,
            ErasedNames names) {
        this.accounts = accounts;
        this.farewells = farewells;
        this.notifications = notifications;
        this.members = members;
        this.sessions = sessions;
        this.signIns = signIns;
        this.names = names;
    }

    /// Erases the account of whoever is signed in. Runs to its end even if the caller goes away.
    ///
    /// Errors: as [SignIns#confirm]; then nothing was changed.
    public Mono<Void> erase(SignedIn me, @Nullable String password) {
        return signIns.confirm(me, password)
                .then(Mono.fromFuture(() -> leave(me.account()).toFuture(), true));
    }

    private Mono<Void> leave(AccountId me) {
        return farewells
                .endAll(me)
                .then(Mono.defer(() -> members.leaveForGood(me, () -> vanish(me))))
                .doOnNext(sessions::announce)
                .then(Mono.defer(names::erase).onErrorResume(Erasure::later));
    }

    private Mono<List<SignedIn>> vanish(AccountId me) {
        return accounts.erase(me)
                .then(farewells.forgetBlocks(me))
                .then(notifications.forget(me))
                .then(sessions.endWith(me));
    }

    private static Mono<Void> later(Throwable problem) {
        log.warn("The name of an erased account is still in events for a while: {}", problem.toString());
        return Mono.empty();
    }
}
