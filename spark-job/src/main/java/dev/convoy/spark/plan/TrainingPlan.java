package dev.convoy.spark.plan;

import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import dev.convoy.train.RunConfig;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * A training on a cluster, foreseen.
 *
 * @param network what is trained
 * @param work of a step
 * @param data it is trained on
 * @param cluster it runs on
 * @param sums that travel in a step
 * @param memory of a task
 * @param constants of the prediction
 */
public record TrainingPlan(
        Network network,
        StepWork work,
        DataSize data,
        ClusterShape cluster,
        SumTraffic sums,
        TaskMemory memory,
        CostConstants constants) {
    private static final List<Integer> CURVE = List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000);

    /** @throws IllegalArgumentException if the network or the normalisation does not suit the images */
    public static TrainingPlan of(
            RunConfig config, Shape image, long samples, ClusterShape cluster, double secondsPerImage) {
        Network network =
                ModelZoo.build(config.model().name(), image, config.data().classes());
        int shards = config.train().shards();
        int tasks = cluster.tasks(shards);
        SumTraffic sums = SumTraffic.of(shards, tasks);
        return new TrainingPlan(
                network,
                new StepWork(TaskMemory.stateBytes(network), config.train().batchSize(), shards, secondsPerImage),
                new DataSize(samples, image.size()),
                cluster,
                sums,
                TaskMemory.of(config, image, sums),
                CostConstants.DEFAULT);
    }

    /** The same with another speed of the engine, for one core. */
    public TrainingPlan withSecondsPerImage(double seconds) {
        StepWork timed = new StepWork(work.stateBytes(), work.batchSize(), work.shards(), seconds);
        return new TrainingPlan(network, timed, data, cluster, sums, memory, constants);
    }

    /** The predicted time of a step on this many executors of the same kind. */
    public StepTime time(int executors) {
        return StepCost.of(work, cluster.withExecutors(executors), constants);
    }

    /** The predicted time of a step on one host of the cluster alone, with a local master that uses all its cores. */
    public StepTime localTime() {
        return StepCost.local(work, cluster.coresPerHost(), constants);
    }

    /** How many times faster than one executor of the same kind. */
    public double speedUp(int executors) {
        return time(1).total() / time(executors).total();
    }

    /** Seconds of an epoch on the plan's cluster, without evaluation. */
    public double epochSeconds() {
        return Math.ceil((double) data.samples() / work.batchSize())
                * time(cluster.executors()).total();
    }

    /** Bytes of training data in the cache of the executor with the most. */
    public long cachedPerExecutor() {
        long shards = (long) cluster.tasksPerExecutor(sums.tasks()) * shardsOfTask(work.shards(), sums.tasks());
        return data.bytes(shards, work.shards());
    }

    /** Bytes of an executor beside the cache: its tasks at once, and the state as arrays and as the pieces it came in. */
    public long workPerExecutor() {
        return cluster.runningPerExecutor(sums.tasks()) * memory.total() + 2 * work.stateBytes();
    }

    /** Bytes of results that come to the driver in a step. */
    public long resultBytes() {
        return sums.toDriver() * work.stateBytes();
    }

    /** Executor counts worth looking at: powers of two up to a thousand, and the plan's own. */
    public List<Integer> curve() {
        TreeSet<Integer> counts = new TreeSet<>(CURVE);
        counts.add(cluster.executors());
        return List.copyOf(counts);
    }

    /** Of the {@link #curve}, the executors with the fastest step; the fewest of equals. */
    public int fastest() {
        return curve().stream()
                .min(Comparator.comparingDouble(executors -> time(executors).total()))
                .orElse(1);
    }

    private static int shardsOfTask(int shards, int tasks) {
        return 1 + (shards - 1) / tasks;
    }
}
