package koine.protocol.uchat;

import koine.kernel.AccountId;
import koine.kernel.ErrorCode;
import koine.kernel.Refused;
import koine.protocol.Impersonations;
import koine.protocol.ShownNames;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/// Whether frames that say who is acting say the truth: that is who has signed in.
@Component
class UchatSelves {

    private final ShownNames names;
    private final Impersonations impersonations;

    UchatSelves(ShownNames names, Impersonations impersonations) {
        this.names = names;
        this.impersonations = impersonations;
    }

    /// Completes if it is one's own name, case aside.
    ///
    /// Errors: `FORBIDDEN`, and the attempt is counted.
    Mono<Void> refuseUnless(AccountId me, String username) {
        return names.isCalled(me, username)
                .filter(Boolean::booleanValue)
                .switchIfEmpty(Mono.error(this::somebodyElse))
                .then();
    }

    private Refused somebodyElse() {
        impersonations.note("uchat");
        return new Refused(ErrorCode.FORBIDDEN, "username must be your own");
    }
}
