@NullMarked
package koine.console;

import org.jspecify.annotations.NullMarked;
