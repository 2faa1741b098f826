package koine.protocol.http;

import koine.kernel.AccountId;
import koine.protocol.Inputs;
import org.jspecify.annotations.Nullable;

/// The body of a call that is about somebody.
record UserIdBody(@Nullable Long userId) {

    AccountId account() {
        return Inputs.accountId("user_id", userId);
    }
}
