/// Two servers, one Postgres, a bad network and clients who want everything once and in order all the same.
@NullMarked
package koine.chaos;

import org.jspecify.annotations.NullMarked;
