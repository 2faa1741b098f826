package koine.protocol.matcha.socketio;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// An event for clients, encoded. One may go to any number of sockets, whatever their protocol and namespace.
public final class EncodedEvent {

    private final byte[] json;

    private EncodedEvent(byte[] json) {
        this.json = json;
    }

    /// @param arguments values that the mapper can write
    public static EncodedEvent encode(JsonMapper json, String name, Object... arguments) {
        var event = new ArrayList<Object>(arguments.length + 1);
        event.add(name);
        event.addAll(List.of(arguments));
        return new EncodedEvent(json.writeValueAsBytes(event));
    }

    /// @param json a JSON array of the event's name and its arguments, in UTF-8. Not copied: nobody may change it
    ///             afterwards
    public static EncodedEvent of(byte[] json) {
        return new EncodedEvent(json);
    }

    byte[] json() {
        return json;
    }
}
