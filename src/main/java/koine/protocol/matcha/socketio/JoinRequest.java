package koine.protocol.matcha.socketio;

import tools.jackson.databind.JsonNode;

/// A client that wants to join a namespace.
///
/// @param auth what it sent for that: protocol 5's `auth`, or an object of texts made of protocol 4's query behind
///             the namespace's name. Missing where it sent nothing
public record JoinRequest(String namespace, Handshake handshake, JsonNode auth) {

    /// Names nothing of what the client sent, which may be secrets.
    @Override
    public String toString() {
        return "JoinRequest[namespace=" + namespace + ", handshake=" + handshake + "]";
    }
}
