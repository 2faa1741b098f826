/// pymessage: a WebSocket on which clients sign in, and one HTTP call.
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
            "delivery",
            "protocol"
        })
package koine.protocol.pymessage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
