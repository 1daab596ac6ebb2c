package dev.convoy.bench;

/**
 * When a task began, had the weights and had its gradient: three floats per shard, in microseconds after the step began. They travel
 * with the sum, which leaves them as they are: every shard writes its own three and adds zero to the others. {@link System#nanoTime} is one clock for
 * all processes of a Linux machine.
 */
final class Stamps {
    static final int PER_SHARD = 3;

    private static final ThreadLocal<Long> TASK_BEGAN = ThreadLocal.withInitial(System::nanoTime);

    private Stamps() {}

    /** Called where a task's iterator is made, before it reads the weights. */
    static void taskBegins() {
        TASK_BEGAN.set(System.nanoTime());
    }

    static void write(float[] stamps, int offset, int shard, long origin, long hadWeights, long hadGradient) {
        int at = offset + PER_SHARD * shard;
        stamps[at] = (TASK_BEGAN.get() - origin) / 1e3f;
        stamps[at + 1] = (hadWeights - origin) / 1e3f;
        stamps[at + 2] = (hadGradient - origin) / 1e3f;
    }

    /** The mean over all shards of stamp {@code which}, in milliseconds. */
    static double mean(float[] stamps, int offset, int which) {
        int shards = (stamps.length - offset) / PER_SHARD;
        double sum = 0;
        for (int shard = 0; shard < shards; shard++) {
            sum += stamps[offset + PER_SHARD * shard + which];
        }
        return sum / shards / 1e3;
    }
}
