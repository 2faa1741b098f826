package koine.protocol.matcha;

import koine.kernel.AccountId;
import koine.kernel.ChatId;
import koine.notification.Gesture;

/// What a client may emit.
sealed interface Command {

    /// @param user whom the client takes itself for
    record ConnectLoggedUser(AccountId user) implements Command {}

    record Join(ChatId chat) implements Command {}

    /// @param author the login that the client takes for its own
    record Say(String author, String text, Place place) implements Command {}

    /// @param author the login that the client takes for its own
    record Notify(String author, AccountId partner, Gesture gesture) implements Command {}

    /// Where something is to be said.
    sealed interface Place {

        record InChat(ChatId chat) implements Place {}

        /// In the private chat with somebody.
        record With(AccountId partner) implements Place {}
    }
}
