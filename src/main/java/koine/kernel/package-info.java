/// The words every room speaks: ids, cursors, refusals. Knows nothing of the other rooms.
@NullMarked
@ApplicationModule(allowedDependencies = {})
package koine.kernel;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
