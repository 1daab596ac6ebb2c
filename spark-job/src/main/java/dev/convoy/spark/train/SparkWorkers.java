package dev.convoy.spark.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.tensor.Shape;
import dev.convoy.train.Evaluation;
import dev.convoy.train.GradientSum;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Workers;
import java.util.Comparator;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** The shards on a cluster: weights go down and sums come up through one {@link StepSum}, in one job per step. */
final class SparkWorkers implements Workers {
    private final JavaSparkContext spark;
    private final RunConfig config;
    private final Shape image;
    private final BatchPlan plan;
    private final JavaPairRDD<Integer, ImageBlock> train;
    private final JavaPairRDD<Integer, ImageBlock> test;

    SparkWorkers(
            JavaSparkContext spark,
            RunConfig config,
            Shape image,
            BatchPlan plan,
            JavaPairRDD<Integer, ImageBlock> train,
            JavaPairRDD<Integer, ImageBlock> test) {
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
        return StepSum.over(spark, train, plan.shards())
                .of(
                        state,
                        (current, shard, block) -> ShardTasks.with(
                                settings,
                                Shape.of(extents),
                                task -> task.gradient(current, block, shard, batches, epoch, stepOfEpoch)));
    }

    @Override
    public Evaluation evaluate(ModelState state) {
        return evaluate(spark, config, image, test, state);
    }

    /** Loss and accuracy over all shards, added in the order of their indices. */
    static Evaluation evaluate(
            JavaSparkContext spark,
            RunConfig config,
            Shape image,
            JavaPairRDD<Integer, ImageBlock> shards,
            ModelState state) {
        int[] extents = image.toArray();
        try (StateMessage message = StateMessage.send(spark, state)) {
            return shards
                    .mapValues(block ->
                            ShardTasks.with(config, Shape.of(extents), task -> task.evaluate(message.state(), block)))
                    .collect()
                    .stream()
                    .sorted(Comparator.comparing(Tuple2::_1))
                    .map(Tuple2::_2)
                    .reduce(Evaluation.EMPTY, Evaluation::plus);
        }
    }
}
