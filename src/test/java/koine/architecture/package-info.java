/// Holds the code to the house's rules: which room may use which, what nobody may do, and that no event loop
/// is ever blocked.
@NullMarked
package koine.architecture;

import org.jspecify.annotations.NullMarked;
