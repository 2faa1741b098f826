/// What those who run the service see of it: where it answers, what it measures, and one sentence when it does not
/// start. Metrics are counted where what they count happens; their names stand in `docs/operations.md`.
@NullMarked
@ApplicationModule(allowedDependencies = {"database"})
package koine.operations;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
