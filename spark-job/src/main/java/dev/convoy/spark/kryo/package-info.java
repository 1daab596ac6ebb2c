/** How what travels between driver and executors is written: Kryo, every class registered, arrays in bulk. */
@NullMarked
package dev.convoy.spark.kryo;

import org.jspecify.annotations.NullMarked;
