package koine.protocol.matcha.socketio;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// What a client has emitted.
///
/// @param arguments     what followed the name, as it came
/// @param wantsAnswer   whether the client gave a callback
public record IncomingEvent(String name, List<JsonNode> arguments, boolean wantsAnswer) {}
