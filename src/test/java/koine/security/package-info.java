/// The service as those see it who mean harm: who may do what, call by call, and what it does with nonsense.
@NullMarked
package koine.security;

import org.jspecify.annotations.NullMarked;
