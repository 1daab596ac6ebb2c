package dev.convoy.spark.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.spark.guard.Phase;
import dev.convoy.spark.guard.SelfTest;
import dev.convoy.tensor.Shape;
import dev.convoy.train.Divergence;
import dev.convoy.train.Evaluation;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Split;
import dev.convoy.train.TreeSum;
import dev.convoy.train.Workers;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** The shards on a cluster: weights go down as one broadcast, sums come up through one tree aggregation, in one job per step. */
final class SparkWorkers implements Workers {
    private final JavaSparkContext spark;
    private final RunConfig config;
    private final Shape image;
    private final BatchPlan plan;
    private final Map<Split, PlacedShards> splits;
    private final SelfTest selfTest;
    private final Phase phase;

    SparkWorkers(
            JavaSparkContext spark,
            RunConfig config,
            Shape image,
            BatchPlan plan,
            Map<Split, PlacedShards> splits,
            SelfTest selfTest,
            Phase phase) {
        this.spark = spark;
        this.config = config;
        this.image = image;
        this.plan = plan;
        this.splits = splits;
        this.selfTest = selfTest;
        this.phase = phase;
    }

    @Override
    public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
        RunConfig settings = config; // closures must not take this object along
        BatchPlan batches = plan;
        SelfTest first = selfTest;
        Phase now = phase;
        int[] extents = image.toArray();
        Broadcast<ModelState> current = spark.broadcast(state);
        try {
            JavaRDD<TreeSum> sums = shards(Split.TRAINING).forNextStep().mapPartitions(shards -> {
                first.require();
                TreeSum sum = new TreeSum(batches.shards());
                shards.forEachRemaining(shard -> {
                    ModelState weights = current.value();
                    now.enter("computing shard " + shard._1);
                    sum.add(
                            shard._1,
                            ShardTasks.with(
                                    settings,
                                    Shape.of(extents),
                                    task -> task.gradient(weights, shard._2, shard._1, batches, epoch, stepOfEpoch)));
                    now.enter("sending the sum, up to shard " + shard._1);
                });
                return List.of(sum).iterator();
            });
            return TreeAggregation.sum(sums).total();
        } finally {
            current.destroy();
        }
    }

    @Override
    public List<Divergence> diagnose(ModelState state, int epoch, int stepOfEpoch) {
        RunConfig settings = config;
        BatchPlan batches = plan;
        int[] extents = image.toArray();
        Broadcast<ModelState> current = spark.broadcast(state);
        try {
            return shards(Split.TRAINING)
                    .now()
                    .flatMap(shard -> ShardTasks.with(
                                    settings,
                                    Shape.of(extents),
                                    task -> task.diagnose(
                                            current.value(), shard._2, shard._1, batches, epoch, stepOfEpoch))
                            .stream()
                            .iterator())
                    .collect()
                    .stream()
                    .sorted(Comparator.comparing(Divergence::shard))
                    .toList();
        } finally {
            current.destroy();
        }
    }

    @Override
    public Evaluation evaluate(ModelState state, Split split) {
        return evaluate(spark, config, image, shards(split).now(), state, selfTest);
    }

    private PlacedShards shards(Split split) {
        return Objects.requireNonNull(splits.get(split), () -> "the settings have no " + split + " split");
    }

    /** Loss and accuracy over all shards, added in the order of their indices. */
    static Evaluation evaluate(
            JavaSparkContext spark,
            RunConfig config,
            Shape image,
            JavaPairRDD<Integer, ImageBlock> shards,
            ModelState state,
            SelfTest selfTest) {
        int[] extents = image.toArray();
        Broadcast<ModelState> current = spark.broadcast(state);
        try {
            return shards
                    .mapValues(block -> {
                        selfTest.require();
                        return ShardTasks.with(
                                config, Shape.of(extents), task -> task.evaluate(current.value(), block));
                    })
                    .collect()
                    .stream()
                    .sorted(Comparator.comparing(Tuple2::_1))
                    .map(Tuple2::_2)
                    .reduce(Evaluation.EMPTY, Evaluation::plus);
        } finally {
            current.destroy();
        }
    }
}
