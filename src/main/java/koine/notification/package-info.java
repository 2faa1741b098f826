/// What somebody should be told of even if they were away: kept, listed and marked as read.
@NullMarked
@ApplicationModule(allowedDependencies = {"kernel", "log", "account", "friend"})
package koine.notification;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
