/// How much of the service anybody may use at a time. All of it can be switched off by one setting.
@NullMarked
@ApplicationModule(allowedDependencies = "kernel")
package koine.limit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
