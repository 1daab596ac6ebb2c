/** Randomness without state: every number is a pure function of a key and an index. Imports the JDK only. */
@NullMarked
package dev.convoy.random;

import org.jspecify.annotations.NullMarked;
