package dev.convoy.bench;

/**
 * A step as one of the contestants makes it: weights to all tasks, a gradient from each, their sum back. The gradient of a shard is a
 * copy of the weights, the least that proves they arrived, so that what is measured is Spark's share.
 */
interface SparkStep {
    /**
     * The sum over all shards of copies of {@code weights}.
     *
     * @param origin when the step began, by {@link System#nanoTime}
     */
    Sum sum(float[] weights, long origin);

    /**
     * @param values begin with the gradient
     * @param stamps hold the {@link Stamps} of the tasks, from {@code offset} on
     */
    @SuppressWarnings("ArrayRecordComponent") // a pair of results, compared by nobody
    record Sum(float[] values, float[] stamps, int offset) {}
}
