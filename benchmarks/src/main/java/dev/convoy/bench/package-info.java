/** Measurements next to the machine's own ceilings, started by {@code scripts/bench}. Imports the kernels and the JDK. */
@NullMarked
package dev.convoy.bench;

import org.jspecify.annotations.NullMarked;
