/// Decides which Postgres the service uses, and brings its tables up to date.
///
/// With `spring.r2dbc.url` the service uses that database and nothing is started here. Without it, a real
/// Postgres is started from the class path as a process of its own, with its data in
/// `<koine.data-dir>/postgres`; it is as durable as an installed one, and its data is found again at the next
/// start, whatever way the service ended.
///
/// Migrations (`classpath:db/migration`) have run before any connection factory exists: whoever is given a
/// `ConnectionFactory` finds the tables there. At shutdown the embedded Postgres is stopped after everything
/// that holds connections to it.
@ApplicationModule(allowedDependencies = "limit")
@NullMarked
package koine.database;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
