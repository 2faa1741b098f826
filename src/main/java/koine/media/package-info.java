/// Files: taken from a client, looked at, cleaned of what they tell about their owner, kept, and read again by
/// those who may. Contents go through in pieces, both ways.
@NullMarked
@ApplicationModule(allowedDependencies = {"kernel", "limit", "database", "log"})
package koine.media;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
