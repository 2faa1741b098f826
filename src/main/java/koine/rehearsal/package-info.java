/// A program that keeps a service busy for a minute, as its users would: the JVM of an image's build learns from
/// it what it will have to do. No part of the service uses it.
@NullMarked
@ApplicationModule(allowedDependencies = {})
package koine.rehearsal;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
