/// The console: a messenger in the browser, which uses nothing of the service but what any client may. So this serves
/// files and knows nothing else.
@NullMarked
@ApplicationModule(allowedDependencies = {"auth", "page"})
package koine.console;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
