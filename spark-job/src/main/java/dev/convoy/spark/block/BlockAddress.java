package dev.convoy.spark.block;

import java.io.Serializable;

/**
 * Where a block is, for any JVM of the application.
 *
 * @param name of the block, as Spark writes a {@code BlockId}
 * @param bytes of its content
 * @param executor whose block manager holds it
 * @param host and
 * @param port where that answers
 */
public record BlockAddress(String name, long bytes, String executor, String host, int port) implements Serializable {}
