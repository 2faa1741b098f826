@NullMarked
package koine;

import org.jspecify.annotations.NullMarked;
