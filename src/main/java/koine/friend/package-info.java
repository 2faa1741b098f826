/// Who is whose friend, who wants to be, and who does not want to hear of whom.
@NullMarked
@ApplicationModule(allowedDependencies = {"kernel", "limit", "log", "account"})
package koine.friend;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
