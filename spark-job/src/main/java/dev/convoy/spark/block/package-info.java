/**
 * Values too large to travel inside a task or its result, as blocks of Spark's block managers. The only place that calls Spark's
 * {@code BlockManager} and its transfer service, which are private to Spark and may change between versions.
 */
@NullMarked
package dev.convoy.spark.block;

import org.jspecify.annotations.NullMarked;
