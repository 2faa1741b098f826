/// Pages and what belongs to them, served from the jar as they are.
@NullMarked
@ApplicationModule(allowedDependencies = {})
package koine.page;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
