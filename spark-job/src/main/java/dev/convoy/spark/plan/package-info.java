/**
 * What a training will cost before it runs: memory of a task, bytes and time of a step on any number of executors. Times are in seconds,
 * sizes in bytes; N executors, S shards, B samples of a batch, T tasks, P bytes of a model's state. Needs no cluster.
 */
@NullMarked
package dev.convoy.spark.plan;

import org.jspecify.annotations.NullMarked;
