/// The native event socket.
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
            "protocol"
        })
package koine.protocol.events;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
