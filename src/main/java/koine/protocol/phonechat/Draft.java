package koine.protocol.phonechat;

import koine.log.Event.MessageDeleted;
import koine.log.Message;
import koine.log.Signal;

/// Of what a frame is made when its turn comes: numbers and names have to be looked up for it.
sealed interface Draft {

    record Said(Message message) implements Draft {}

    record Deleted(MessageDeleted event) implements Draft {}

    record Typing(Signal.Typing signal) implements Draft {}

    record Received(Signal.MessageReceived signal) implements Draft {}

    /// Marks of another protocol, which stand for single messages here.
    record Moved(Signal.ReceiptMoved signal) implements Draft {}
}
