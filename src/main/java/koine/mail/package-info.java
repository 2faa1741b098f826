/// Mail: letters to people's addresses, and how they are sent.
@NullMarked
@ApplicationModule(allowedDependencies = {})
package koine.mail;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
