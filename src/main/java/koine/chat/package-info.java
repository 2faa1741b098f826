/// Chats: private ones and groups, who is in them and with which role.
@NullMarked
@ApplicationModule(allowedDependencies = {"kernel", "limit", "log", "account", "friend"})
package koine.chat;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
