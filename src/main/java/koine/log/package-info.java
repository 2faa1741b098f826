/// The log: every durable fact that clients must learn, in one order that is the same for everybody, and one
/// feed of it per server. Positions are assigned inside the writing transaction, in commit order and without
/// holes.
@NullMarked
@ApplicationModule(allowedDependencies = {"kernel", "limit", "database"})
package koine.log;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
