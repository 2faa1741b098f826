package koine.message;

import koine.kernel.MessageId;
import koine.log.Message;

/// What became of one draft of a batch.
sealed interface Outcome {

    /// It is stored.
    record Stored(Message message) implements Outcome {}

    /// It had been stored before, under the same key.
    record StoredBefore(MessageId id) implements Outcome {}

    /// Its author is no member of the chat, or there is no such chat.
    record NoMember() implements Outcome {}

    /// Nobody writes in the chat any more.
    record ChatClosed() implements Outcome {}

    /// The file that it shall bring is not there, or not its author's.
    record NoMedia() implements Outcome {}

    /// The message that it shall answer is not in the chat, or was deleted.
    record NoneToAnswer() implements Outcome {}

    /// The author has used its key for another message.
    record KeyReused() implements Outcome {}

    /// The chat is a private one, with a block between its two.
    record Blocked() implements Outcome {}
}
