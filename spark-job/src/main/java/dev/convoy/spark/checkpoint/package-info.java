/** Models and checkpoints on any Hadoop file system. */
@NullMarked
package dev.convoy.spark.checkpoint;

import org.jspecify.annotations.NullMarked;
