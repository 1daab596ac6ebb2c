/**
 * Measurements next to the machine's own ceilings and next to libtorch, started by {@code scripts/bench}. Imports all of Convoy's core
 * and, for training steps alone, libtorch through DJL.
 */
@NullMarked
package dev.convoy.bench;

import org.jspecify.annotations.NullMarked;
