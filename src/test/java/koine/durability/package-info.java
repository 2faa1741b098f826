/// What becomes of messages when things break: the database goes away, connections die, the process is killed.
@NullMarked
package koine.durability;

import org.jspecify.annotations.NullMarked;
