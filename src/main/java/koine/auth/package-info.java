/// Signing in: sessions (signed-in devices), the tokens, tickets and mailed links that prove who one is, and
/// the keys that sign them.
@NullMarked
@ApplicationModule(allowedDependencies = {"kernel", "limit", "log", "account", "mail"})
package koine.auth;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
