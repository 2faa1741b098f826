package koine.protocol.events;

import java.util.Optional;
import koine.delivery.EventFrames;
import koine.delivery.Frame;
import koine.log.Event;
import koine.log.Log;
import koine.protocol.ChatView;
import koine.protocol.MessageView;
import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/// Encodes what the event socket sends.
@Component
class NativeFrames implements EventFrames {

    private final Log log;
    private final ObjectWriter json;

    NativeFrames(Log log, JsonMapper json) {
        this.log = log;
        this.json = json.writerFor(Outgoing.class);
    }

    /// A message that was deleted before its event is sent is known only by its deletion, which has an event of
    /// its own.
    @Override
    public Optional<Frame> frameFor(Event event) {
        return switch (event) {
            case Event.MessageSent(var message) when message.deletedAt() != null -> Optional.empty();
            case Event.MessageSent(var message) ->
                frame(new Outgoing.Message(
                        cursor(event), message.chat().value(), message.seq(), MessageView.of(message)));
            case Event.MessageDeleted deleted ->
                frame(new Outgoing.MessageDeleted(
                        cursor(event),
                        deleted.chat().value(),
                        deleted.seq(),
                        deleted.id().value()));
            case Event.ChatCreated created ->
                frame(new Outgoing.ChatCreated(cursor(event), ChatView.WithParticipants.of(created)));
        };
    }

    Frame encode(Outgoing outgoing) {
        return new Frame(json.writeValueAsBytes(outgoing));
    }

    private Optional<Frame> frame(Outgoing outgoing) {
        return Optional.of(encode(outgoing));
    }

    private String cursor(Event event) {
        return log.cursorAt(event.position()).toString();
    }
}
