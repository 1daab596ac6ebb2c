package dev.convoy.spark.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;
import dev.convoy.train.Evaluation;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TreeSum;
import dev.convoy.train.Workers;
import java.util.Comparator;
import java.util.List;
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
    private final PlacedShards train;
    private final PlacedShards test;

    SparkWorkers(
            JavaSparkContext spark,
            RunConfig config,
            Shape image,
            BatchPlan plan,
            PlacedShards train,
            PlacedShards test) {
        this.spark = spark;
        this.config = config;
        this.image = image;
        this.plan = plan;
        this.train = train;
        this.test = test;
    }

    @Override
    public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
        RunConfig settings = config; // closures must not take this object along
        BatchPlan batches = plan;
        int[] extents = image.toArray();
        Broadcast<ModelState> current = spark.broadcast(state);
        try {
            JavaRDD<TreeSum> sums = train.forNextStep().mapPartitions(shards -> {
                TreeSum sum = new TreeSum(batches.shards());
                shards.forEachRemaining(shard -> sum.add(
                        shard._1,
                        ShardTasks.with(
                                settings,
                                Shape.of(extents),
                                task -> task.gradient(
                                        current.value(), shard._2, shard._1, batches, epoch, stepOfEpoch))));
                return List.of(sum).iterator();
            });
            return TreeAggregation.sum(sums).total();
        } finally {
            current.destroy();
        }
    }

    @Override
    public Evaluation evaluate(ModelState state) {
        return evaluate(spark, config, image, test.now(), state);
    }

    /** Loss and accuracy over all shards, added in the order of their indices. */
    static Evaluation evaluate(
            JavaSparkContext spark,
            RunConfig config,
            Shape image,
            JavaPairRDD<Integer, ImageBlock> shards,
            ModelState state) {
        int[] extents = image.toArray();
        Broadcast<ModelState> current = spark.broadcast(state);
        try {
            return shards
                    .mapValues(block ->
                            ShardTasks.with(config, Shape.of(extents), task -> task.evaluate(current.value(), block)))
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
