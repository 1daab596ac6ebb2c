/**
 * How predictions compare with labels, in whole numbers: counts of shards add up in any order and grouping to the same record. A
 * ratio is taken when it is asked for. Imports {@code tensor}.
 */
@NullMarked
package dev.convoy.metric;

import org.jspecify.annotations.NullMarked;
