package koine.protocol.phonechat;

import koine.chat.ChatName;
import koine.kernel.AccountId;
import koine.kernel.ChatId;

/// To whom a send socket goes, and what its clients call that.
sealed interface Peer {

    /// As it stands in `msg_to`.
    String name();

    record Person(AccountId account, String name) implements Peer {}

    /// @param name its key
    record Group(ChatId chat, String name) implements Peer {}

    record Room(ChatId chat, String name) implements Peer {}

    /// What is put before the sender's number in what its members receive; nothing in a private chat.
    static String prefix(ChatName chat) {
        return switch (chat.type()) {
            case PRIVATE -> "";
            case GROUP -> chat.key() + "-";
            case ROOM -> chat.name() + "-";
        };
    }
}
