package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.ImageBlock;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.train.DivergedException;
import dev.convoy.train.LocalTrainer;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that diverges says the same, and does the same, wherever it runs. */
class DivergenceTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void writeData() throws IOException {
        SmallMnist.write(folder, 100, 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[1]", "local[5]"})
    void aClusterNamesTheSameStepShardsLayerAndSamples(String master) {
        RunConfig config = config().with("schedule.rate", 1e5);
        DivergedException local = assertThrows(DivergedException.class, () -> local(config, List.of()));
        DivergedException distributed =
                assertThrows(DivergedException.class, () -> distributed(config, master, List.of()));
        assertEquals(local.getMessage(), distributed.getMessage());
        assertTrue(String.valueOf(distributed.getMessage()).contains("first in the output of "), local.getMessage());
    }

    /** No checkpoint is due in so short a run: it begins anew. */
    @Test
    void aRunThatRollsBackEndsWithTheBitsOfTheLocalTrainer() {
        RunConfig config = config().with("schedule.rate", 1e5)
                .with("checkpoint.path", folder.resolve("checkpoints").toString())
                .with("guard.on-divergence", "roll-back")
                .with("guard.rate-factor", 1e-7)
                .with("checkpoint.every-epochs", 0)
                .with("checkpoint.every-steps", 1000);
        Returns here = new Returns();
        Returns there = new Returns();
        assertEquals(local(config, List.of(here)), distributed(config, "local[2]", List.of(there)));
        assertEquals(1, here.told.size());
        assertEquals(here.told, there.told);
    }

    private static final class Returns implements TrainingListener {
        private final List<RollBack> told = new ArrayList<>();

        @Override
        public void rolledBack(RollBack rollBack) {
            told.add(rollBack);
        }
    }

    private static String local(RunConfig config, List<TrainingListener> listeners) {
        ImageBlock train = IdxSource.find(folder.toString(), "train", 10, new Configuration())
                .read(new Configuration());
        ImageBlock test = IdxSource.find(folder.toString(), "t10k", 10, new Configuration())
                .read(new Configuration());
        return LocalTrainer.train(config, train, test, listeners).weightsSha256();
    }

    private static String distributed(RunConfig config, String master, List<TrainingListener> listeners) {
        try (JavaSparkContext spark = LocalSpark.start(master, new SparkConf())) {
            return SyncSgdTrainer.train(spark, config, listeners).state().weightsSha256();
        }
    }

    private static RunConfig config() {
        return RunConfig.defaults()
                .with("model.name", "mlp")
                .with("data.path", folder.toString())
                .with("train.epochs", 1)
                .with("train.batch-size", 16)
                .with("train.shards", 5)
                .with("schedule.name", "constant");
    }
}
