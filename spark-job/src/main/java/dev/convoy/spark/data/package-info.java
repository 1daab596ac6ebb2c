/** From files on any Hadoop file system to shards under Spark's cache. */
@NullMarked
package dev.convoy.spark.data;

import org.jspecify.annotations.NullMarked;
