package koine.protocol.pymessage;

import koine.kernel.AccountId;

/// What a client may ask for.
sealed interface Command {

    /// By which somebody signs in on a socket, once.
    sealed interface Entrance extends Command {}

    /// What somebody may do who is signed in.
    sealed interface Deed extends Command {}

    /// @param pin the account's password
    record Login(String username, String pin) implements Entrance {

        /// Without the pin, so that it can't get into a log.
        @Override
        public String toString() {
            return "Login[username=" + username + "]";
        }
    }

    /// @param pin the new account's password
    record CreateAccount(String username, String pin) implements Entrance {

        /// Without the pin, so that it can't get into a log.
        @Override
        public String toString() {
            return "CreateAccount[username=" + username + "]";
        }
    }

    record SendMessage(AccountId recipient, String content) implements Deed {}

    record GetFriends() implements Deed {}

    record RequestFriend(AccountId user) implements Deed {}

    record AddFriend(AccountId user) implements Deed {}

    record DenyFriend(AccountId user) implements Deed {}
}
