package dev.convoy.spark.train;

import dev.convoy.spark.guard.Guards;
import dev.convoy.spark.guard.Phase;
import dev.convoy.spark.guard.SelfTest;
import dev.convoy.tensor.Shape;
import dev.convoy.train.ComparingWorkers;
import dev.convoy.train.Evaluation;
import dev.convoy.train.LocalWorkers;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.ShardTask;
import dev.convoy.train.SumComparison;
import dev.convoy.train.Training;
import dev.convoy.train.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The first steps of a run, computed twice: by the cluster, and by the driver on one thread from its own copy of the data.
 *
 * @param local the driver's kernels, in a few words
 * @param cluster its shape and its executors' kernels, a line each
 * @param weightsSha256 after the last step
 * @param differences a line each; empty if every bit agrees
 */
public record Verification(String local, List<String> cluster, String weightsSha256, List<String> differences) {
    /**
     * @param steps how many, the first ones of the run that the settings describe
     * @param heard hears of each step as it comes, counted from 1
     * @throws dev.convoy.data.DataException if the data cannot be used
     * @throws dev.convoy.train.DivergedException when the loss or the gradient is not finite
     */
    public static Verification of(
            JavaSparkContext spark, RunConfig config, int steps, BiConsumer<Integer, SumComparison> heard) {
        return of(spark, config, steps, heard, UnaryOperator.identity());
    }

    /** @param disturbance what comes between the cluster and the comparison; for tests */
    static Verification of(
            JavaSparkContext spark,
            RunConfig config,
            int steps,
            BiConsumer<Integer, SumComparison> heard,
            UnaryOperator<Workers> disturbance) {
        RunConfig shortened = config.shortened(steps);
        try (Guards guards = Guards.over(spark, shortened, "", List.of())) {
            return guards.during(selfTest -> of(spark, shortened, heard, disturbance, selfTest, guards.phase()));
        }
    }

    private static Verification of(
            JavaSparkContext spark,
            RunConfig shortened,
            BiConsumer<Integer, SumComparison> heard,
            UnaryOperator<Workers> disturbance,
            SelfTest selfTest,
            Phase phase) {
        try (ClusterData data = new ClusterData(spark, shortened)) {
            List<SumComparison> sums = new ArrayList<>();
            List<String> differences = new ArrayList<>();
            LocalWorkers local = data.localWorkers();
            Workers both = new ComparingWorkers(
                    data.network(),
                    local,
                    disturbance.apply(data.workers(selfTest, phase)),
                    sum -> {
                        sums.add(sum);
                        int step = sums.size();
                        sum.differences().forEach(difference -> differences.add("step " + step + ": " + difference));
                        heard.accept(step, sum);
                    },
                    (expected, actual) -> {
                        if (!isEqual(expected, actual)) {
                            differences.add(String.format(
                                    "evaluation after step %d: %s expected but %s came",
                                    sums.size(), sums(expected), sums(actual)));
                        }
                    });
            ModelState model =
                    new Training(shortened, data.network(), data.plan(), both, List.of(), data.first()).run();
            return new Verification(
                    local.kernels(), cluster(spark, shortened, data), model.weightsSha256(), List.copyOf(differences));
        }
    }

    private static boolean isEqual(Evaluation expected, Evaluation actual) {
        return expected.count() == actual.count()
                && Double.doubleToRawLongBits(expected.lossSum()) == Double.doubleToRawLongBits(actual.lossSum())
                && expected.correct() == actual.correct()
                && Objects.equals(expected.classes(), actual.classes());
    }

    private static String sums(Evaluation evaluation) {
        return evaluation.count() + " samples with losses of " + evaluation.lossSum() + ", " + evaluation.correct()
                + " right";
    }

    /** Executors are those that come forward for as many tasks as a step has. */
    private static List<String> cluster(JavaSparkContext spark, RunConfig config, ClusterData data) {
        int[] extents = data.image().toArray();
        int partitions = data.partitions();
        List<String> seen = spark.parallelize(
                        IntStream.range(0, partitions).boxed().toList(), partitions)
                .map(any -> "executor " + SparkEnv.get().executorId() + ": "
                        + ShardTasks.with(config, Shape.of(extents), ShardTask::kernels))
                .collect();
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format("%d shards in %d partitions on %s", config.train().shards(), partitions, spark.master()));
        lines.addAll(new TreeSet<>(seen));
        return lines;
    }
}
