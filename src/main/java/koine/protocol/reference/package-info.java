/// The API reference: what can be called and what is said over sockets, as documents for machines and as pages
/// for people. Shapes come from the code, words from `reference/*.yaml` beside it.
@NullMarked
@ApplicationModule(allowedDependencies = {"kernel", "auth", "message", "page", "protocol"})
package koine.protocol.reference;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
