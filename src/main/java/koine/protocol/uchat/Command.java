package koine.protocol.uchat;

import koine.kernel.ChatId;
import koine.kernel.MediaId;
import koine.kernel.MessageId;
import koine.kernel.MessageKind;

/// What a client may ask for.
sealed interface Command {

    /// What its frames are called.
    Type type();

    /// The types of the published document, under its names.
    enum Type {
        REQUEST_LOGIN,
        REQUEST_SIGNUP,
        CREATE_ROOM,
        SND_MSG,
        READ_MSG,
        SEARCH_USER,
        DELETE_ROOM,
        DELETE_MSG,
        EDIT_MSG,
        OLD_DIALOGS;

        /// Whether somebody signs in by it on a socket, once.
        boolean isEntrance() {
            return this == REQUEST_LOGIN || this == REQUEST_SIGNUP;
        }
    }

    /// By which somebody signs in on a socket, once.
    sealed interface Entrance extends Command {}

    /// What somebody may do who is signed in.
    sealed interface Deed extends Command {}

    /// @param pass the account's password
    record LogIn(String login, String pass) implements Entrance {

        @Override
        public Type type() {
            return Type.REQUEST_LOGIN;
        }

        /// Without the password, so that it can't get into a log.
        @Override
        public String toString() {
            return "LogIn[login=" + login + "]";
        }
    }

    /// @param pass the new account's password
    record SignUp(String login, String pass) implements Entrance {

        @Override
        public Type type() {
            return Type.REQUEST_SIGNUP;
        }

        /// Without the password, so that it can't get into a log.
        @Override
        public String toString() {
            return "SignUp[login=" + login + "]";
        }
    }

    /// @param username who asks
    record CreateRoom(String username, String customer) implements Deed {

        @Override
        public Type type() {
            return Type.CREATE_ROOM;
        }
    }

    /// @param username who says it
    record SendMessage(String username, ChatId room, Content content) implements Deed {

        @Override
        public Type type() {
            return Type.SND_MSG;
        }
    }

    record ReadMessages(ChatId room, Which which) implements Deed {

        @Override
        public Type type() {
            return Type.READ_MSG;
        }
    }

    /// Which messages are to be read.
    enum Which {
        ALL,
        UNREAD
    }

    record SearchUser(String user) implements Deed {

        @Override
        public Type type() {
            return Type.SEARCH_USER;
        }
    }

    record DeleteRoom(ChatId id) implements Deed {

        @Override
        public Type type() {
            return Type.DELETE_ROOM;
        }
    }

    record DeleteMessage(MessageId id) implements Deed {

        @Override
        public Type type() {
            return Type.DELETE_MSG;
        }
    }

    record EditMessage(MessageId id, String text) implements Deed {

        @Override
        public Type type() {
            return Type.EDIT_MSG;
        }
    }

    /// @param username who asks
    record OldDialogs(String username) implements Deed {

        @Override
        public Type type() {
            return Type.OLD_DIALOGS;
        }
    }

    /// What a message says, or brings.
    sealed interface Content {

        record Words(String text) implements Content {}

        /// A file that was uploaded before.
        record Uploaded(MessageKind kind, MediaId id) implements Content {}

        /// A file that stands in the frame.
        record Inline(MessageKind kind, InlineFile file) implements Content {}
    }
}
