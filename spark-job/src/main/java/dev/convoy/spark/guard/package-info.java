/** Watches over a run on a cluster: what the operator should hear of, and when to give up. Changes no bit of a result. */
@NullMarked
package dev.convoy.spark.guard;

import org.jspecify.annotations.NullMarked;
