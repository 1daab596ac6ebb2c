package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.ImageBlock;
import dev.convoy.io.TrainedModel;
import dev.convoy.nn.Network;
import dev.convoy.nn.Parameter;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.checkpoint.ModelStore;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.spark.guard.SelfTest;
import dev.convoy.train.Evaluation;
import dev.convoy.train.LocalTrainer;
import dev.convoy.train.LocalWorkers;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.Split;
import dev.convoy.train.SplitPlan;
import dev.convoy.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which sample serves what, what that decides, and that a cluster does it to the bits of the local trainer. */
class SplitsTest {
    private static final int TRAIN = 101;
    private static final int TEST = 23;

    @TempDir
    static Path folder;

    private static JavaSparkContext spark;

    @BeforeAll
    static void start() throws IOException {
        SmallMnist.write(folder, TRAIN, TEST);
        spark = LocalSpark.start("local[2,3]"); // a task may fail twice
    }

    @AfterAll
    static void stop() {
        spark.close();
    }

    @ParameterizedTest
    @CsvSource({"0.25, 1", "0.25, 7", "0.01, 3", "0.99, 200", "0, 16"})
    void everySampleIsTrainedOnOrValidatedNeverBoth(double share, int shards) {
        RunConfig config = config(shards).with("train.validation", share);
        List<Long> trained = ids(config, Split.TRAINING);
        List<Long> held = share == 0 ? List.of() : ids(config, Split.VALIDATION);
        assertEquals(Math.round(share * TRAIN), held.size());
        Set<Long> all = new TreeSet<>(trained);
        all.addAll(held);
        assertEquals(TRAIN, trained.size() + held.size());
        assertEquals(TRAIN, all.size());
        assertEquals(TEST, new TreeSet<>(ids(config, Split.TEST)).size());
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "3, 7", "16, 33", "150, 1000"})
    void aRunThatStopsEarlyOnTheValidationSplitGivesTheBitsOfTheLocalTrainer(int shards, int batchSize) {
        RunConfig config = config(shards)
                .with("train.validation", 0.3)
                .with("train.batch-size", batchSize)
                .with("train.evaluate-every-steps", 2)
                .with("train.epochs", 4)
                .with("train.max-steps", 9)
                .with("early-stopping.patience", 2)
                .with("early-stopping.threshold", 0.05)
                .with("optimizer.average", 0.9)
                .with("schedule.rate", 0.2);
        Heard local = new Heard();
        ModelState expected = LocalTrainer.train(config, block("train"), block("t10k"), List.of(local));
        Heard cluster = new Heard();
        TrainedModel model = SyncSgdTrainer.train(spark, config, List.of(cluster));
        assertEquals(expected.weightsSha256(), model.state().weightsSha256());
        assertEquals(expected.buffersSha256(), model.state().buffersSha256());
        assertEquals(local.watched, cluster.watched);
        assertEquals(local.test, cluster.test);
        assertEquals(TEST, cluster.test.count());
        assertTrue(cluster.watched.stream().allMatch(evaluation -> evaluation.count() == 30));
        assertTrue(local.watched.contains(SyncSgdTrainer.evaluate(spark, model, config, Split.VALIDATION, List.of())));
    }

    /** Every task of the evaluation fails once; what it had counted by then must not count. */
    @ParameterizedTest
    @CsvSource({"1", "5", "64"})
    void anEvaluationCountsEverySampleOnceThoughTasksFail(int shards) {
        RunConfig config = config(shards);
        LocalWorkers local = new LocalWorkers(config, block("train"), block("t10k"));
        ModelState state = ModelState.initial(local.network(), 3);
        for (Split split : List.of(Split.TRAINING, Split.TEST)) {
            IdxSource source = SyncSgdTrainer.source(spark, config, split);
            JavaPairRDD<Integer, ImageBlock> failing = shards(config, split, source)
                    .mapPartitionsToPair(
                            partition -> {
                                List<scala.Tuple2<Integer, ImageBlock>> all = new ArrayList<>();
                                partition.forEachRemaining(all::add);
                                if (TaskContext.get().attemptNumber() == 0) {
                                    throw new IllegalStateException("the first attempt fails, as the test wants it");
                                }
                                return all.iterator();
                            },
                            true);
            Evaluation evaluation =
                    SparkWorkers.evaluate(spark, config, source.shape(), failing, state, SelfTest.run(spark, "auto"));
            assertEquals(source.count(), evaluation.count());
            assertEquals(local.evaluate(state, split), evaluation);
        }
    }

    @Test
    void aLoadedBodyThatIsFrozenKeepsItsBitsWhileTheHeadLearns() throws IOException {
        RunConfig body = config(3).with("train.seed", 11L);
        TrainedModel stored = SyncSgdTrainer.train(spark, body, List.of());
        String place = folder.resolve("body").toString();
        ModelStore.save(stored, place, new Configuration());

        RunConfig tuned = config(5)
                .with("train.initial", place)
                .with("train.initial-except", List.of("output"))
                .with("train.freeze", List.of("conv*", "dense*"))
                .with("optimizer.weight-decay", 0.1)
                .with("optimizer.average", 0.5);
        TrainedModel model = SyncSgdTrainer.train(spark, tuned, List.of());
        Network network = model.network();
        ModelState random = ModelState.initial(network, tuned.train().seed());
        for (Parameter p : network.weights().parameters()) {
            float[] before = slice(p, stored.state().weights());
            float[] after = slice(p, model.state().weights());
            if (p.name().startsWith("output")) {
                assertNotEquals(Arrays.toString(before), Arrays.toString(after));
                assertNotEquals(Arrays.toString(slice(p, random.weights())), Arrays.toString(after));
            } else {
                assertArrayEquals(before, after, p.name());
            }
        }
        assertEquals(
                model.state().weightsSha256(),
                SyncSgdTrainer.train(spark, tuned, List.of()).state().weightsSha256());
    }

    private static float[] slice(Parameter p, float[] flat) {
        return Arrays.copyOfRange(flat, p.offset(), p.offset() + p.shape().size());
    }

    private static JavaPairRDD<Integer, ImageBlock> shards(RunConfig config, Split split, IdxSource source) {
        return new PlacedShards(spark, source, SplitPlan.of(config, split, source.count())).now();
    }

    private static List<Long> ids(RunConfig config, Split split) {
        IdxSource source = SyncSgdTrainer.source(spark, config, split);
        JavaPairRDD<Integer, ImageBlock> shards = shards(config, split, source);
        List<Long> ids = new ArrayList<>();
        shards.collect().forEach(shard -> Arrays.stream(shard._2.ids()).boxed().forEach(ids::add));
        shards.unpersist();
        return ids;
    }

    private static ImageBlock block(String split) {
        return IdxSource.find(folder.toString(), split, 10, new Configuration()).read(new Configuration());
    }

    private static final class Heard implements TrainingListener {
        private final List<Evaluation> watched = Collections.synchronizedList(new ArrayList<>());
        private Evaluation test = Evaluation.EMPTY;

        @Override
        public void evaluated(long step, int epoch, Evaluation evaluation) {
            watched.add(evaluation);
        }

        @Override
        public void finished(ModelState state, Evaluation evaluation) {
            test = evaluation;
        }
    }

    private static RunConfig config(int shards) {
        return RunConfig.defaults()
                .with("model.name", "cnn")
                .with("data.path", folder.toString())
                .with("train.epochs", 1)
                .with("train.max-steps", 3)
                .with("train.batch-size", 31)
                .with("train.shards", shards);
    }
}
