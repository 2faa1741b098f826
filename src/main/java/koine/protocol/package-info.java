/// The rim: everything that knows a wire format. Each protocol is a module of its own below this package and
/// may use everything but another protocol; what they share stands here.
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
            "media",
            "message",
            "notification",
            "delivery"
        })
package koine.protocol;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
