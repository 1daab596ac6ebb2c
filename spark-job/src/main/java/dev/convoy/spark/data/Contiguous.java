package dev.convoy.spark.data;

import org.apache.spark.Partitioner;

/** Puts the keys {@code 0 .. keys-1} into partitions as contiguous runs: key k goes to {@code k * partitions / keys}. */
public final class Contiguous extends Partitioner {
    private final int keys;
    private final int partitions;

    public Contiguous(int keys, int partitions) {
        this.keys = keys;
        this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
        return partitions;
    }

    @Override
    public int getPartition(Object key) {
        return (int) ((long) (Integer) key * partitions / keys);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Contiguous same && same.keys == keys && same.partitions == partitions;
    }

    @Override
    public int hashCode() {
        return 31 * keys + partitions;
    }
}
