/// Delivery: the open connections, which of them an event concerns, and how each of them gets it, live or by
/// catching up with the log.
@NullMarked
@ApplicationModule(allowedDependencies = {"kernel", "limit", "log", "friend", "chat"})
package koine.delivery;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
