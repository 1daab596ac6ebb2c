/** Models and checkpoints on any Hadoop file system: written whole or not at all, and read back. */
@NullMarked
package dev.convoy.spark.checkpoint;

import org.jspecify.annotations.NullMarked;
