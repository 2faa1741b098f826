/// Messages: sent through a writer that commits them in groups, edited, deleted, and read back page by page.
@NullMarked
@ApplicationModule(allowedDependencies = {"kernel", "limit", "database", "log", "account", "chat", "media"})
package koine.message;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
