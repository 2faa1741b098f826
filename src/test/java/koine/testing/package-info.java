/// What tests of every module need: a real Postgres, and the real service as a process that may be killed.
@NullMarked
package koine.testing;

import org.jspecify.annotations.NullMarked;
