package dev.convoy.spark.train;

import dev.convoy.data.BatchPlan;
import dev.convoy.io.InitialValues;
import dev.convoy.io.ModelException;
import dev.convoy.nn.Network;
import dev.convoy.spark.checkpoint.ModelStore;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.spark.data.Shards;
import dev.convoy.spark.guard.Phase;
import dev.convoy.spark.guard.SelfTest;
import dev.convoy.tensor.Shape;
import dev.convoy.train.LocalWorkers;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Split;
import dev.convoy.train.SplitPlan;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** What a run on a cluster begins with: its splits divided into shards, and the network that fits them. Closing forgets the shards. */
final class ClusterData implements AutoCloseable {
    private final JavaSparkContext spark;
    private final RunConfig config;
    private final IdxSource train;
    private final IdxSource test;
    private final Network network;
    private final Map<Split, PlacedShards> splits = new EnumMap<>(Split.class);

    /**
     * @throws dev.convoy.data.DataException if the data cannot be used
     * @throws ModelException if the network does not suit it, or the two sets hold images of other shapes
     */
    ClusterData(JavaSparkContext spark, RunConfig config) {
        this.spark = spark;
        this.config = config;
        this.train = SyncSgdTrainer.source(spark, config, Split.TRAINING);
        this.test = SyncSgdTrainer.source(spark, config, Split.TEST);
        if (!image().equals(test.shape())) {
            throw new ModelException(
                    ModelException.Problem.MISFIT,
                    test.images() + " holds images " + test.shape() + " but " + train.images() + " images " + image());
        }
        this.network = SyncSgdTrainer.network(config, train);
        for (Split split : config.splits()) {
            splits.put(split, new PlacedShards(spark, split == Split.TEST ? test : train, division(split)));
        }
    }

    /** The shape of one image, {@code [H, W, C]}. */
    Shape image() {
        return train.shape();
    }

    Network network() {
        return network;
    }

    /** Which samples each step takes. */
    BatchPlan plan() {
        return division(Split.TRAINING).plan();
    }

    private SplitPlan division(Split split) {
        return SplitPlan.of(config, split, split == Split.TEST ? test.count() : train.count());
    }

    /**
     * The values before the first step: those of {@code train.initial}, or functions of the seed.
     *
     * @throws ModelException if there is no model there, or one that does not fit
     */
    ModelState first() {
        return config.train().initial().isBlank()
                ? ModelState.initial(network, config.train().seed())
                : InitialValues.of(
                        config, network, () -> ModelStore.load(config.train().initial(), spark.hadoopConfiguration()));
    }

    /** The number of tasks of a step. */
    int partitions() {
        return Objects.requireNonNull(splits.get(Split.TRAINING)).now().getNumPartitions();
    }

    SparkWorkers workers(SelfTest selfTest, Phase phase) {
        return new SparkWorkers(spark, config, image(), plan(), splits, selfTest, phase);
    }

    /** By what each split is known again, under its name; one job for each, which leaves its shards under Spark's cache. */
    Map<String, String> fingerprints() {
        Map<String, String> known = new TreeMap<>();
        splits.forEach((split, shards) -> known.put(
                split.toString(),
                Shards.fingerprint(shards.now(), division(split).plan().samples(), image())));
        return known;
    }

    /** The same data read by the driver alone. */
    LocalWorkers localWorkers() {
        Configuration hadoop = spark.hadoopConfiguration();
        return new LocalWorkers(config, train.read(hadoop), test.read(hadoop));
    }

    @Override
    public void close() {
        splits.values().forEach(PlacedShards::close);
    }
}
