/// Signing in: sessions (signed-in devices), the tokens and tickets that prove them, and the keys that sign
/// tokens.
@NullMarked
@ApplicationModule(allowedDependencies = {"kernel", "log", "account"})
package koine.auth;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
