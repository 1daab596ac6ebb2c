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
import dev.convoy.train.Workers;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** The shards on a cluster: weights go down and sums come up through one {@link StepSum}, in one job per step. */
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
        return StepSum.over(spark, shards(Split.TRAINING).forNextStep(), plan.shards())
                .of(state, (current, shard, block) -> {
                    first.require();
                    now.enter("computing shard " + shard);
                    GradientSum sum = ShardTasks.with(
                            settings,
                            Shape.of(extents),
                            task -> task.gradient(current, block, shard, batches, epoch, stepOfEpoch));
                    now.enter("sending the sum, up to shard " + shard);
                    return sum;
                });
    }

    @Override
    public void takeBack(GradientSum sum) {
        ShardTasks.giveBack(sum);
    }

    @Override
    public List<Divergence> diagnose(ModelState state, int epoch, int stepOfEpoch) {
        RunConfig settings = config;
        BatchPlan batches = plan;
        int[] extents = image.toArray();
        try (StateMessage message = StateMessage.send(spark, state)) {
            return shards(Split.TRAINING)
                    .now()
                    .flatMap(shard -> ShardTasks.with(
                                    settings,
                                    Shape.of(extents),
                                    task -> task.diagnose(
                                            message.state(), shard._2, shard._1, batches, epoch, stepOfEpoch))
                            .stream()
                            .iterator())
                    .collect()
                    .stream()
                    .sorted(Comparator.comparing(Divergence::shard))
                    .toList();
        }
    }

    @Override
    public Evaluation evaluate(ModelState state, Split split) {
        return evaluate(spark, config, image, shards(split).forEvaluation(), state, selfTest);
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
        try (StateMessage message = StateMessage.send(spark, state)) {
            return shards
                    .mapValues(block -> {
                        selfTest.require();
                        return ShardTasks.with(
                                config, Shape.of(extents), task -> task.evaluate(message.state(), block));
                    })
                    .collect()
                    .stream()
                    .sorted(Comparator.comparing(Tuple2::_1))
                    .map(Tuple2::_2)
                    .reduce(Evaluation.EMPTY, Evaluation::plus);
        }
    }
}
