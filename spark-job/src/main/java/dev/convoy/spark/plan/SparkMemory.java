package dev.convoy.spark.plan;

import org.apache.spark.SparkConf;

/**
 * Spark's own bounds.
 *
 * @param executor bytes of an executor's heap
 * @param fraction of it, less what is reserved, that may hold cached data
 * @param maxResultSize bytes of results that the driver takes from one stage; 0 for any number
 */
public record SparkMemory(long executor, double fraction, long maxResultSize) {
    /** As in {@code UnifiedMemoryManager}. */
    private static final long RESERVED = 300L << 20;

    /** @param executor bytes of an executor's heap */
    public static SparkMemory of(SparkConf conf, long executor) {
        return new SparkMemory(
                executor,
                conf.getDouble("spark.memory.fraction", 0.6),
                conf.getSizeAsBytes("spark.driver.maxResultSize", "1g"));
    }

    /** What programs may use. */
    public long usable() {
        return Math.max(0, executor - RESERVED);
    }

    /** What cached data may use. */
    public long storage() {
        return (long) (usable() * fraction);
    }

    /** The heap that leaves {@code usable} bytes. */
    public static long heapFor(long usable) {
        return usable + RESERVED;
    }
}
