/// A program that keeps a service busy for a minute, as its users would: the JVM of an image's build learns from
/// it what it will have to do. It is a client of the native protocol, and uses nothing of the service, nor the service
/// it.
@NullMarked
@ApplicationModule(allowedDependencies = {})
package koine.protocol.rehearsal;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
