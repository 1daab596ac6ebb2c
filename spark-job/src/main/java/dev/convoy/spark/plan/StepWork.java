package dev.convoy.spark.plan;

/**
 * What a step has to do, wherever it runs.
 *
 * @param stateBytes P, of weights and running averages: what travels down, and up in every partial sum
 * @param batchSize B
 * @param shards S
 * @param secondsPerImage of forward and backward pass on one core
 */
public record StepWork(long stateBytes, int batchSize, int shards, double secondsPerImage) {

    /** The most samples a shard gives to a step, {@code ceil(B / S)}. */
    public int largestShare() {
        return 1 + (batchSize - 1) / shards;
    }
}
