package dev.convoy.spark.plan;

import dev.convoy.spark.train.StepTopology;

/**
 * The time of a synchronous step, phase after phase:
 *
 * <pre>
 * broadcast = P/copy + copies P/n + h P/read [+ h fetch latency]
 * schedule  = h step latency + T task launch {+ g stage latency + groups task launch}
 * compute   = k W ceil(S/T) ceil(B/S) seconds per image
 * serialise = h W ofTask P/write
 * aggregate = {intoGroup (P/n + g P/relay) + g outOfGroup P/copy [+ g fetch latency] +} toDriver (P/n + P/merge)
 * update    = P/update
 * </pre>
 *
 * <ul>
 *   <li>S shards, B samples of a batch, P bytes of state, a network of n bytes per second;
 *   <li>T tasks on N executors, W of them one after another on a core ({@link ClusterShape});
 *   <li>k, h: busy processes over the processors they share, at least 1. While gradients are computed those are the tasks; while
 *       messages are written and read also the driver, if it is on the same host ({@link ClusterShape#crowding}). g is h of the tasks that add groups;
 *   <li>groups, and how many sums come to and from them and to the driver: {@link SumTraffic};
 *   <li>copies = min(N, T) where up to four executors fetch the state from the driver; more pass its pieces on to each other, which takes
 *       about as long as three copies;
 *   <li>read = copy from the driver itself, relay through a broadcast's pieces; write = copy for the driver, relay for a shuffle to groups.
 * </ul>
 *
 * What stands in braces holds where executors add sums in groups first; what stands in brackets for a state of more than 65,536 values,
 * which does not travel within its task. Nothing is assumed to overlap. n is the wire alone: between processes of one host it is
 * infinite, and what the copies cost there is in the rates.
 */
public final class StepCost {
    /** Copies of the state that leave one host after another before all executors have passed it on. */
    private static final int BROADCAST_COPIES = 3;

    private StepCost() {}

    public static StepTime of(StepWork work, ClusterShape cluster, CostConstants constants) {
        int tasks = cluster.tasks(work.shards());
        int waves = cluster.waves(tasks);
        double crowding = cluster.crowding(tasks);
        SumTraffic sums = SumTraffic.of(work.shards(), tasks);
        double state = work.stateBytes();
        double travel = state / cluster.networkBytesPerSecond();
        double copy = state / constants.copy();
        double relay = state / constants.relay();
        double fetchLatency = state > (double) Float.BYTES * StepTopology.INLINE_VALUES ? constants.fetchLatency() : 0;

        boolean direct = cluster.executors() <= StepTopology.DIRECT_EXECUTORS;
        int copies = direct ? Math.min(cluster.executors(), tasks) : BROADCAST_COPIES;
        double broadcast = copy + copies * travel + crowding * (direct ? copy : relay) + crowding * fetchLatency;
        double schedule = crowding * constants.stepLatency() + tasks * constants.taskLaunch();
        double aggregate = sums.toDriver() * (travel + state / constants.merge());
        double write = copy;
        if (sums.groups() > 0) {
            double groupCrowding = cluster.crowding(sums.groups());
            schedule += groupCrowding * constants.stageLatency() + sums.groups() * constants.taskLaunch();
            aggregate += sums.intoGroup() * (travel + groupCrowding * relay)
                    + groupCrowding * (sums.outOfGroup() * copy + fetchLatency);
            write = relay;
        }
        return new StepTime(
                broadcast,
                schedule,
                cluster.contention(tasks) * waves * secondsPerTask(work, tasks),
                crowding * waves * sums.ofTask() * write,
                aggregate,
                state / constants.update());
    }

    /**
     * With a local master on this many cores, where no array is written or sent: what is left is schedule, computation, update, and {@code
     * aggregate = (T - 1) P/merge}, which is more than it takes, as those sums need not be read.
     */
    public static StepTime local(StepWork work, int cores, CostConstants constants) {
        int tasks = Math.min(work.shards(), cores);
        return new StepTime(
                0,
                constants.stepLatency() + tasks * constants.taskLaunch(),
                secondsPerTask(work, tasks),
                0,
                (tasks - 1) * work.stateBytes() / constants.merge(),
                work.stateBytes() / constants.update());
    }

    private static double secondsPerTask(StepWork work, int tasks) {
        int shards = 1 + (work.shards() - 1) / tasks;
        return (double) shards * work.largestShare() * work.secondsPerImage();
    }
}
