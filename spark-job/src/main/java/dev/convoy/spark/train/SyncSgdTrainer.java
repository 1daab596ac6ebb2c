package dev.convoy.spark.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.Normalization;
import dev.convoy.io.ModelException;
import dev.convoy.io.TrainedModel;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.spark.data.Shards;
import dev.convoy.tensor.Shape;
import dev.convoy.train.Evaluation;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Training;
import dev.convoy.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Synchronous SGD on a Spark cluster. What it returns depends on the settings and the data alone, to the bit: not on the number of
 * executors, cores or partitions, nor on which of them fail.
 */
public final class SyncSgdTrainer {
    private SyncSgdTrainer() {}

    /**
     * Trains on the training split of {@code data.path} and evaluates on its test split.
     *
     * @throws dev.convoy.data.DataException if the data cannot be used
     * @throws dev.convoy.train.DivergedException when the loss or the gradient is not finite
     */
    public static TrainedModel train(
            JavaSparkContext spark, RunConfig config, List<? extends TrainingListener> listeners) {
        IdxSource train = source(spark, config, "train");
        IdxSource test = source(spark, config, "t10k");
        Shape image = train.shape();
        if (!image.equals(test.shape())) {
            throw new ModelException(
                    ModelException.Problem.MISFIT,
                    test.images() + " holds images " + test.shape() + " but " + train.images() + " images " + image);
        }
        Network network = network(config, train);
        BatchPlan plan = plan(config, train);
        try (PlacedShards shards = shards(spark, config, train);
                PlacedShards testShards = shards(spark, config, test)) {
            List<TrainingListener> all = new ArrayList<>(listeners);
            LastEvaluation last = new LastEvaluation();
            all.add(last);
            SparkWorkers workers = new SparkWorkers(spark, config, image, plan, shards, testShards);
            ModelState first = ModelState.initial(network, config.train().seed());
            ModelState state = new Training(config, network, plan, workers, all, first).run();
            return new TrainedModel(config, image, state, last.evaluation);
        }
    }

    /** Loss and accuracy of a model on the test split of {@code data.path}. */
    public static Evaluation evaluate(JavaSparkContext spark, TrainedModel model, RunConfig config) {
        IdxSource test = source(spark, config, "t10k");
        model.requireImage(test.shape(), test.images());
        network(config, test);
        try (PlacedShards shards = shards(spark, config, test)) {
            return SparkWorkers.evaluate(spark, config, test.shape(), shards.now(), model.state());
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

    private static IdxSource source(JavaSparkContext spark, RunConfig config, String split) {
        return IdxSource.find(config.data().path(), split, config.data().classes(), spark.hadoopConfiguration());
    }

    private static PlacedShards shards(JavaSparkContext spark, RunConfig config, IdxSource source) {
        BatchPlan plan = plan(config, source);
        return new PlacedShards(spark, plan.shards(), partitions -> Shards.divide(spark, source, plan, partitions));
    }

    private static BatchPlan plan(RunConfig config, IdxSource source) {
        return new BatchPlan(
                config.train().seed(),
                source.count(),
                config.train().batchSize(),
                config.train().shards());
    }

    private static final class LastEvaluation implements TrainingListener {
        private Evaluation evaluation = Evaluation.EMPTY;

        @Override
        public void finished(ModelState state, Evaluation last) {
            evaluation = last;
        }
    }
}
