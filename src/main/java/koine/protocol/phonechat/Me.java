package koine.protocol.phonechat;

import koine.auth.SignedIn;
import koine.kernel.AccountId;

/// Whoever has signed in, and the number under which they did.
record Me(SignedIn who, String number) {

    AccountId account() {
        return who.account();
    }

    /// Whether somebody who says that number is me.
    boolean is(String said) {
        return said.equals(number) || said.equals(Directory.user(account()));
    }
}
