/// Two servers of one database, as two application contexts in this JVM.
@NullMarked
package koine.cluster;

import org.jspecify.annotations.NullMarked;
