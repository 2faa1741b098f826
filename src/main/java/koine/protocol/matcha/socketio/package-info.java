/// Engine.IO and Socket.IO, as their public protocol documents describe them: Socket.IO 5 over Engine.IO 4, and
/// Socket.IO 4 over Engine.IO 3, over WebSocket and HTTP long-polling. Knows nothing of what is said over it; of
/// the other modules it uses only how sockets are opened, and their close codes.
@NullMarked
@ApplicationModule(allowedDependencies = "protocol")
package koine.protocol.matcha.socketio;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
