package dev.convoy.spark.train;

import dev.convoy.data.Normalization;
import dev.convoy.io.ModelException;
import dev.convoy.io.TrainedModel;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.spark.checkpoint.Checkpointing;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.spark.guard.Guards;
import dev.convoy.spark.guard.SelfTest;
import dev.convoy.tensor.Shape;
import dev.convoy.train.Evaluation;
import dev.convoy.train.LearningRateFinder;
import dev.convoy.train.ModelState;
import dev.convoy.train.RateCurve;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Split;
import dev.convoy.train.SplitPlan;
import dev.convoy.train.Training;
import dev.convoy.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/**
 * Synchronous SGD on a Spark cluster. What it returns depends on the settings and the data alone, to the bit: not on the number of
 * executors, cores or partitions, nor on which of them fail.
 */
public final class SyncSgdTrainer {
    private SyncSgdTrainer() {}

    /**
     * Trains on the training split of {@code data.path}, from the values of {@code train.initial} if that is set, and tests on the test
     * split.
     *
     * @throws dev.convoy.data.DataException if the data cannot be used
     * @throws dev.convoy.train.DivergedException when the loss, the gradient or a weight is not finite
     * @throws dev.convoy.spark.guard.ClusterException if the cluster fails for a known reason, or is not fit to work
     */
    public static TrainedModel train(
            JavaSparkContext spark, RunConfig config, List<? extends TrainingListener> listeners) {
        return train(spark, config, listeners, null);
    }

    /**
     * The same, with checkpoints.
     *
     * @throws dev.convoy.spark.checkpoint.StoppedException when a signal ended the run before its last step
     * @throws ModelException also if the checkpoint to go on from is not of this data
     */
    public static TrainedModel train(
            JavaSparkContext spark,
            RunConfig config,
            List<? extends TrainingListener> listeners,
            @Nullable Checkpointing checkpoints) {
        try (Guards guards = Guards.over(spark, config, config.checkpoint().path(), listeners)) {
            return guards.during(selfTest -> train(spark, config, listeners, checkpoints, guards, selfTest));
        }
    }

    private static TrainedModel train(
            JavaSparkContext spark,
            RunConfig config,
            List<? extends TrainingListener> listeners,
            @Nullable Checkpointing checkpoints,
            Guards guards,
            SelfTest selfTest) {
        try (ClusterData data = new ClusterData(spark, config)) {
            List<TrainingListener> all = new ArrayList<>(listeners);
            LastEvaluation last = new LastEvaluation();
            all.add(last);
            all.add(guards.listener());
            if (checkpoints != null) {
                all.add(checkpoints); // last, so that an exception of another listener leaves no checkpoint of the step
            }
            SparkWorkers workers = data.workers(selfTest, guards.phase());
            ModelState first = checkpoints != null && checkpoints.isIndependentOfFirstValues()
                    ? ModelState.initial(data.network(), config.train().seed())
                    : data.first();
            Training training = new Training(config, data.network(), data.plan(), workers, all, first);
            if (checkpoints != null && checkpoints.isActive()) {
                checkpoints.begin(training, data.image(), data.fingerprints());
            }
            return new TrainedModel(config, data.image(), training.run(), last.evaluation);
        }
    }

    /**
     * A learning rate range test on the training split; nothing is stored.
     *
     * @throws dev.convoy.data.DataException if the data cannot be used
     * @throws dev.convoy.train.DivergedException if the very first loss is not finite
     */
    public static RateCurve findRate(
            JavaSparkContext spark,
            RunConfig config,
            LearningRateFinder.Range range,
            List<? extends TrainingListener> listeners) {
        try (Guards guards = Guards.over(spark, config, "", listeners)) {
            return guards.during(selfTest -> {
                try (ClusterData data = new ClusterData(spark, config)) {
                    return LearningRateFinder.find(
                            config,
                            range,
                            data.network(),
                            data.plan(),
                            data.workers(selfTest, guards.phase()),
                            listeners,
                            data.first());
                }
            });
        }
    }

    /** Loss and accuracy of a model on the test split of {@code data.path}. */
    public static Evaluation evaluate(JavaSparkContext spark, TrainedModel model, RunConfig config) {
        return evaluate(spark, model, config, Split.TEST, List.of());
    }

    /**
     * The same on any split.
     *
     * @param listeners are warned of what is wrong with the cluster
     * @throws dev.convoy.train.InvalidSettingException if the settings hold out no validation split
     */
    public static Evaluation evaluate(
            JavaSparkContext spark,
            TrainedModel model,
            RunConfig config,
            Split split,
            List<? extends TrainingListener> listeners) {
        try (Guards guards = Guards.over(spark, config, "", listeners)) {
            return guards.during(selfTest -> evaluate(spark, model, config, split, selfTest));
        }
    }

    private static Evaluation evaluate(
            JavaSparkContext spark, TrainedModel model, RunConfig config, Split split, SelfTest selfTest) {
        IdxSource source = source(spark, config, split);
        model.requireImage(source.shape(), source.images());
        network(config, source);
        try (PlacedShards shards = new PlacedShards(spark, source, SplitPlan.of(config, split, source.count()))) {
            return SparkWorkers.evaluate(spark, config, source.shape(), shards.now(), model.state(), selfTest);
        }
    }

    /**
     * The network for the data, once the settings are known to fit it: a mistake is better met on the driver than in every task.
     *
     * @throws ModelException if the network or the normalisation does not suit the images
     */
    public static Network network(RunConfig config, IdxSource data) {
        Shape image = data.shape();
        try {
            new Normalization(
                    image.extent(2), config.data().mean(), config.data().std());
            return ModelZoo.build(config.model().name(), image, config.data().classes());
        } catch (IllegalArgumentException e) {
            throw new ModelException(
                    ModelException.Problem.MISFIT,
                    "the settings do not fit the images " + image + " (HWC) of " + data.images() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** The files that a split lies in; training and validation share theirs. */
    static IdxSource source(JavaSparkContext spark, RunConfig config, Split split) {
        String files = split == Split.TEST ? "t10k" : "train";
        return IdxSource.find(config.data().path(), files, config.data().classes(), spark.hadoopConfiguration());
    }

    private static final class LastEvaluation implements TrainingListener {
        private Evaluation evaluation = Evaluation.EMPTY;

        @Override
        public void finished(ModelState state, Evaluation last) {
            evaluation = last;
        }
    }
}
