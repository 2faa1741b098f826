/// uchat: a WebSocket on which clients sign in, with rooms and files.
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "kernel",
            "log",
            "account",
            "auth",
            "friend",
            "chat",
            "media",
            "message",
            "delivery",
            "protocol"
        })
package koine.protocol.uchat;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
