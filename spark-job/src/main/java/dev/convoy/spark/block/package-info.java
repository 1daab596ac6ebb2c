/**
 * Values too large to travel inside a task or its result, as blocks of Spark's block managers. The only place that calls what Spark
 * keeps to itself: {@code BlockManager} and its transfer service.
 */
@NullMarked
package dev.convoy.spark.block;

import org.jspecify.annotations.NullMarked;
