/// Accounts: who there is, how they are found, and the passwords that prove it.
@NullMarked
@ApplicationModule(allowedDependencies = {"kernel", "log"})
package koine.account;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
