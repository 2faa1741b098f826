@NullMarked
package koine.limit;

import org.jspecify.annotations.NullMarked;
