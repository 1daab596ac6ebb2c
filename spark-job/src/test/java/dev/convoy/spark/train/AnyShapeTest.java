package dev.convoy.spark.train;

import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.StandaloneCluster;
import dev.convoy.spark.train.WatchedRun.Case;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
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
    @TempDir
    static Path folder;

    /** One shard; S a multiple of nothing; fewer samples than shards, so that partitions have none; one batch for all; pieces;
     * a large network. */
    private static List<Case> representative() throws IOException {
        return List.of(
                Case.of(folder, 40, 1, 7, 0),
                Case.of(folder, 150, 3, 89, 0),
                Case.of(folder, 5, 16, 31, 0),
                Case.of(folder, 40, 64, 31, 0),
                Case.of(folder, 150, 64, 1000, 2),
                Case.of(folder, 40, 16, 31, 0).large());
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[1]", "local[2]", "local[5]"})
    void hasTheWeightsOfTheLocalTrainerAfterEveryStep(String master) throws Exception {
        try (JavaSparkContext spark = LocalSpark.start(master)) {
            run(spark, representative());
        }
    }

    @Test
    void soHaveTwoExecutorProcesses() throws Exception {
        try (JavaSparkContext spark = LocalSpark.start("local-cluster[2,1,1024]")) {
            run(
                    spark,
                    List.of(
                            Case.of(folder, 40, 3, 31, 0),
                            Case.of(folder, 5, 16, 31, 0).large()));
        }
    }

    @Test
    void moreShardsThanSamplesOnMorePartitionsThanCores() throws Exception {
        SparkConf conf = new SparkConf().set("spark.default.parallelism", "16");
        try (JavaSparkContext spark = LocalSpark.start("local[2]", conf)) {
            run(spark, List.of(Case.of(folder, 5, 16, 3, 0), Case.of(folder, 40, 64, 31, 0)));
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
        List<Case> cases = new ArrayList<>(representative());
        for (int samples : new int[] {5, 40, 150}) {
            for (int shards : new int[] {1, 3, 16, 64}) {
                for (int batchSize : new int[] {7, 31, 89, 1000}) {
                    cases.add(Case.of(folder, samples, shards, batchSize, shards == 3 ? 4 : 0));
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
            WatchedRun.agrees(spark, each, pass -> Watcher.Answer.GO_ON).assertEverySampleCountsOnce();
        }
    }
}
