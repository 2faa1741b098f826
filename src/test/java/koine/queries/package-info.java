/// All SQL of the service, held against a database that is as full as a real one.
@NullMarked
package koine.queries;

import org.jspecify.annotations.NullMarked;
