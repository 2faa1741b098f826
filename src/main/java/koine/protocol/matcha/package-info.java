/// matcha: an HTTP API for browsers, and Socket.IO events.
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "kernel",
            "limit",
            "log",
            "account",
            "auth",
            "friend",
            "chat",
            "message",
            "notification",
            "delivery",
            "protocol",
            "protocol.matcha.socketio"
        })
package koine.protocol.matcha;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
