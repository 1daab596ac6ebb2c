/** Synchronous SGD on Spark: one message down and one up per step. */
@NullMarked
package dev.convoy.spark.train;

import org.jspecify.annotations.NullMarked;
