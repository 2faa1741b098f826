package koine.protocol.events;

import koine.auth.SignedIn;
import koine.delivery.LiveConnection;
import koine.log.Log;
import koine.message.Messages;
import org.springframework.stereotype.Component;

/// Makes the sessions of the event socket.
@Component
class EventSessions {

    private final Messages messages;
    private final Log log;
    private final CommandCodec codec;
    private final NativeFrames frames;

    EventSessions(Messages messages, Log log, CommandCodec codec, NativeFrames frames) {
        this.messages = messages;
        this.log = log;
        this.codec = codec;
        this.frames = frames;
    }

    EventSession open(SignedIn who, LiveConnection connection) {
        return new EventSession(who, connection, messages, log, codec, frames);
    }
}
