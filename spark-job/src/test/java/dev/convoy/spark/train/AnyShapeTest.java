package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.convoy.data.BatchPlan;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.StandaloneCluster;
import dev.convoy.spark.train.Watcher.Seen;
import dev.convoy.train.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clusters of every shape have the weights of the local trainer after every step, and use every sample once per epoch: the network has
 * batch normalisation and dropout, and tells which pictures reached it. One Spark context runs all cases, so nothing of a run may reach
 * the next.
 */
class AnyShapeTest {
    private static final int[] SAMPLES = {5, 40, 150};
    private static final int TEST_SAMPLES = 13;

    /** @param samples of the training set */
    private record Case(int samples, int shards, int batchSize, int microBatch) {
        BatchPlan plan() {
            return new BatchPlan(7, samples, batchSize, shards);
        }
    }

    /** One shard; S a multiple of nothing; fewer samples than shards, so that partitions have none; one batch for all; pieces. */
    private static final List<Case> REPRESENTATIVE = List.of(
            new Case(40, 1, 7, 0),
            new Case(150, 3, 89, 0),
            new Case(5, 16, 31, 0),
            new Case(40, 64, 31, 0),
            new Case(150, 64, 1000, 2));

    @TempDir
    static Path folder;

    /** What the local trainer did, kept from one master to the next. */
    private static final Map<Case, Trajectory> LOCAL = new HashMap<>();

    @BeforeAll
    static void writeData() throws IOException {
        for (int samples : SAMPLES) {
            SmallMnist.write(
                    Files.createDirectory(folder.resolve("of" + samples)),
                    Watcher.numbered(SmallMnist.sample("train").slice(0, samples)),
                    Watcher.numbered(SmallMnist.sample("t10k").slice(0, TEST_SAMPLES)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[1]", "local[2]", "local[5]", "local-cluster[2,1,1024]"})
    void hasTheWeightsOfTheLocalTrainerAfterEveryStep(String master) throws Exception {
        try (JavaSparkContext spark = LocalSpark.start(master)) {
            run(spark, REPRESENTATIVE);
        }
    }

    @Test
    void moreShardsThanSamplesOnMorePartitionsThanCores() throws Exception {
        SparkConf conf = new SparkConf().set("spark.default.parallelism", "16");
        try (JavaSparkContext spark = LocalSpark.start("local[2]", conf)) {
            run(spark, List.of(new Case(5, 16, 3, 0), new Case(40, 64, 31, 0)));
        }
    }

    @ParameterizedTest
    @Tag("slow")
    @ValueSource(
            strings = {
                "local[1]",
                "local[2]",
                "local[5]",
                "local-cluster[2,1,1024]",
                "local-cluster[4,1,1024]",
                "standalone"
            })
    void everyShapeTimesEveryDivision(String master) throws Exception {
        List<Case> cases = new ArrayList<>();
        for (int samples : SAMPLES) {
            for (int shards : new int[] {1, 3, 16, 64}) {
                for (int batchSize : new int[] {7, 31, 89, 1000}) {
                    cases.add(new Case(samples, shards, batchSize, shards == 3 ? 4 : 0));
                }
            }
        }
        if (!master.equals("standalone")) {
            try (JavaSparkContext spark = LocalSpark.start(master)) {
                run(spark, cases);
            }
            return;
        }
        try (StandaloneCluster cluster = StandaloneCluster.start(2);
                JavaSparkContext spark = LocalSpark.start(cluster.url())) {
            run(spark, cases);
        }
    }

    private static void run(JavaSparkContext spark, List<Case> cases) throws Exception {
        for (Case each : cases) {
            RunConfig config = config(each);
            EndedTasks tasks = EndedTasks.of(spark);
            try (Watcher watcher = Watcher.watch(spark, pass -> Watcher.Answer.GO_ON)) {
                Trajectory distributed = Trajectory.on(spark, config, Watcher.stepsOf(spark));
                assertEquals(
                        LOCAL.computeIfAbsent(each, any -> Trajectory.local(config)), distributed, each.toString());
                assertEverySampleCountsOnce(each, watcher.seen(), tasks.succeeded());
            }
        }
    }

    /** Two epochs; the evaluation at the end has the number of the step that would follow. */
    private static void assertEverySampleCountsOnce(Case each, List<Seen> seen, Set<Long> succeeded) {
        BatchPlan plan = each.plan();
        int stepsPerEpoch = plan.stepsPerEpoch();
        List<Seen> training = seen.stream()
                .filter(pass -> pass.training() && succeeded.contains(pass.task()))
                .toList();
        for (int step = 0; step < 2 * stepsPerEpoch; step++) {
            int number = step;
            assertEquals(
                    plan.batchSize(step % stepsPerEpoch),
                    ids(training.stream().filter(pass -> pass.step() == number).toList()).length,
                    each + ", step " + step);
        }
        for (int epoch = 0; epoch < 2; epoch++) {
            int number = epoch;
            assertArrayEquals(
                    LongStream.range(0, each.samples()).toArray(),
                    ids(training.stream()
                            .filter(pass -> pass.step() / stepsPerEpoch == number)
                            .toList()),
                    each + ", epoch " + epoch);
        }
        assertArrayEquals(
                LongStream.range(0, TEST_SAMPLES).toArray(),
                ids(seen.stream()
                        .filter(pass -> !pass.training() && succeeded.contains(pass.task()))
                        .filter(pass -> pass.step() == 2L * stepsPerEpoch)
                        .toList()),
                each + ", evaluation");
    }

    private static long[] ids(List<Seen> passes) {
        return passes.stream()
                .flatMapToLong(pass -> LongStream.of(pass.ids()))
                .sorted()
                .toArray();
    }

    private static RunConfig config(Case each) {
        return RunConfig.defaults()
                .with("model.name", "watched")
                .with("data.path", folder.resolve("of" + each.samples()).toString())
                .with("data.mean", List.of(0.0))
                .with("data.std", List.of(1.0))
                .with("train.epochs", 2)
                .with("train.batch-size", each.batchSize())
                .with("train.micro-batch", each.microBatch())
                .with("train.shards", each.shards())
                .with("train.evaluate-every", 0)
                .with("train.seed", 7L);
    }
}
