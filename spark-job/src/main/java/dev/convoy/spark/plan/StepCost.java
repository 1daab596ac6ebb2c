package dev.convoy.spark.plan;

/**
 * The time of a synchronous step, phase after phase. With {@code T = min(S, N * cores)} tasks, {@code k} the contention of their cores
 * ({@link ClusterShape#contention}), the sums of {@link SumTraffic}, P bytes of state and a network of n bytes per second:
 *
 * <pre>
 * broadcast = P/serialise + min(N, 3) P/n + k P/deserialise
 * schedule  = step latency + T task launch [+ stage latency + groups task launch]
 * compute   = k ceil(S/T) ceil(B/S) seconds per image
 * serialise = k ofTask P/serialise
 * aggregate = [intoGroup (P/n + k P/merge) + k outOfGroup P/serialise +] toDriver (P/n + P/merge)
 * update    = P/update
 * </pre>
 *
 * What stands in brackets holds where executors add sums in groups first. Spark's broadcast sends pieces that executors pass on to each
 * other: from three executors on that takes about as long as three copies, however many there are. Loopback between executors of one
 * host counts as network. Nothing is assumed to overlap.
 */
public final class StepCost {
    /** Copies of the state that leave one host after another before all executors have it. */
    private static final int BROADCAST_COPIES = 3;

    private StepCost() {}

    public static StepTime of(StepWork work, ClusterShape cluster, CostConstants constants) {
        int tasks = cluster.tasks(work.shards());
        double contention = cluster.contention(tasks);
        SumTraffic sums = SumTraffic.of(work.shards(), tasks);
        double state = work.stateBytes();
        double travel = state / cluster.networkBytesPerSecond();
        double write = state / constants.serialise();
        double merge = state / constants.merge();

        double broadcast = write
                + Math.min(cluster.executors(), BROADCAST_COPIES) * travel
                + contention * state / constants.deserialise();
        double schedule = constants.stepLatency() + tasks * constants.taskLaunch();
        double aggregate = sums.toDriver() * (travel + merge);
        if (sums.groups() > 0) {
            schedule += constants.stageLatency() + sums.groups() * constants.taskLaunch();
            aggregate += sums.intoGroup() * (travel + contention * merge) + contention * sums.outOfGroup() * write;
        }
        int shardsPerTask = 1 + (work.shards() - 1) / tasks;
        double compute = contention * shardsPerTask * work.largestShare() * work.secondsPerImage();
        return new StepTime(
                broadcast,
                schedule,
                compute,
                contention * sums.ofTask() * write,
                aggregate,
                state / constants.update());
    }
}
