/// Holds the pages to the code: what they list is what there is, and what they show can be run.
@NullMarked
package koine.docs;

import org.jspecify.annotations.NullMarked;
