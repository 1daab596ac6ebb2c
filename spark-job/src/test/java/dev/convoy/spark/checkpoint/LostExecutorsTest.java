package dev.convoy.spark.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.io.TrainedModel;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.StandaloneCluster;
import dev.convoy.spark.guard.ClusterException;
import dev.convoy.spark.train.SyncSgdTrainer;
import dev.convoy.train.LocalTrainer;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cluster is gone in the middle of a run; another one takes over. */
class LostExecutorsTest {
    private static final int TAKEN = 5;

    @TempDir
    private Path folder;

    @Tag("slow")
    @Test
    void losingEveryExecutorEndsWithAClearErrorAndACheckpointThatGoesOnToTheSameBits() throws IOException {
        SmallMnist.write(folder, 40, 10);
        RunConfig config = RunConfig.defaults()
                .with("model.name", "mlp")
                .with("kernels", "scalar")
                .with("data.path", folder.toString())
                .with("train.epochs", 2)
                .with("train.batch-size", 8)
                .with("train.shards", 3)
                .with("optimizer.average", 0.9)
                .with("checkpoint.path", folder.resolve("checkpoints").toString())
                .with("checkpoint.every-steps", 1)
                .with("guard.executor-seconds", 2.0);
        List<String> notices = new CopyOnWriteArrayList<>();
        SparkConf often = new SparkConf().set("spark.driver.metrics.pollingInterval", "100ms");
        try (StandaloneCluster cluster = StandaloneCluster.start(2);
                JavaSparkContext spark = LocalSpark.start(cluster.url(), often);
                Checkpointing checkpoints = checkpoints(config, spark, notices)) {
            spark.parallelize(List.of(0), 1).count(); // the workers have given their executors
            TrainingListener kills = new TrainingListener() {
                @Override
                public void stepFinished(StepReport report) {
                    if (report.step() == TAKEN - 1) {
                        cluster.workers().forEach(cluster::kill);
                    }
                }
            };
            ClusterException e = assertThrows(
                    ClusterException.class, () -> SyncSgdTrainer.train(spark, config, List.of(kills), checkpoints));
            String message = String.valueOf(e.getMessage());
            assertTrue(
                    message.startsWith("no executor for 2 s (guard.executor-seconds): the last ones were lost: "),
                    message);
            assertTrue(
                    message.endsWith("--resume auto goes on from the newest checkpoint in "
                            + config.checkpoint().path()),
                    message);
            assertFalse(message.contains("\n"), message);
        }
        String path = config.checkpoint().path();
        assertEquals(
                List.of("no valid checkpoint in " + path + ": the run begins anew"),
                notices,
                "and every checkpoint was written");
        notices.clear();

        try (JavaSparkContext spark = LocalSpark.start("local[2]");
                Checkpointing checkpoints = checkpoints(config, spark, notices)) {
            TrainedModel model = SyncSgdTrainer.train(spark, config, List.of(), checkpoints);
            assertEquals(
                    List.of("resuming from " + config.checkpoint().path() + String.format("/step-%09d", TAKEN)),
                    notices);
            String undisturbed = LocalTrainer.train(
                            config,
                            SmallMnist.sample("train").slice(0, 40),
                            SmallMnist.sample("t10k").slice(0, 10),
                            List.of())
                    .weightsSha256();
            assertEquals(undisturbed, model.state().weightsSha256());
        }
    }

    private static Checkpointing checkpoints(RunConfig config, JavaSparkContext spark, List<String> notices)
            throws IOException {
        return new Checkpointing(
                config,
                new Resume("auto"),
                new Checkpointing.Maker(Map.of(), "scalar"),
                spark.hadoopConfiguration(),
                notices::add,
                System::nanoTime);
    }
}
