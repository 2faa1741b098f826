/// The native HTTP API.
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
            "notification",
            "delivery",
            "protocol"
        })
package koine.protocol.http;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
