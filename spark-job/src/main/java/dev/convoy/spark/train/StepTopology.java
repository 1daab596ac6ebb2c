package dev.convoy.spark.train;

import org.apache.spark.SparkConf;

/**
 * How many tasks a step has, and how its state and sums travel between them and the driver: what the code that trains and the plan of a
 * training must agree on.
 */
public final class StepTopology {
    /** Up to this many tasks the driver adds their sums itself, as they arrive; beyond, executors add them in groups first. */
    public static final int DRIVER_MERGES = 4;

    /** Up to this many values a state travels inside the task, which Spark broadcasts anyway: one message instead of two. */
    public static final int INLINE_VALUES = 1 << 16;

    /** Up to this many executors take a larger state from the driver itself; more pass the pieces of a broadcast on to each other. */
    public static final int DIRECT_EXECUTORS = 4;

    /** Spark asks for more executors only while tasks wait for a core, so there have to be some that do. */
    private static final int TASKS_PER_CORE_TO_GROW = 2;

    private StepTopology() {}

    /**
     * The groups of neighbouring tasks whose sums meet on an executor: a power of two, so that with powers of two of shards and tasks a
     * group is a whole subtree of the sum and leaves one array.
     *
     * @param tasks T
     * @return the smallest power of two that is not below sqrt(T); 0 if the driver adds the sums itself
     */
    public static int groups(int tasks) {
        if (tasks <= DRIVER_MERGES) {
            return 0;
        }
        int root = (int) Math.ceil(Math.sqrt(tasks));
        return Integer.highestOneBit(2 * root - 1);
    }

    /** The tasks of a step for each core: more than one where Spark may add executors. */
    public static int tasksPerCore(SparkConf conf) {
        boolean grows = conf.getBoolean("spark.dynamicAllocation.enabled", false)
                && !conf.contains("spark.default.parallelism");
        return grows ? TASKS_PER_CORE_TO_GROW : 1;
    }
}
