/**
 * A training run without Spark: its settings, one shard's gradient, the order-independent sum of gradients, the loop around the
 * optimizer, and evaluation. Everything that decides a bit of the result lives here, so that a cluster only distributes it.
 */
@NullMarked
package dev.convoy.train;

import org.jspecify.annotations.NullMarked;
