package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.convoy.data.ImageBlock;
import dev.convoy.io.TrainedModel;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.train.Evaluation;
import dev.convoy.train.LocalTrainer;
import dev.convoy.train.ModelState;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every option returns the bits of the local trainer. More shapes of clusters are in {@link AnyShapeTest}, failures in {@link AnyFailureTest}. */
class SyncSgdTrainerTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void writeData() throws IOException {
        SmallMnist.write(folder, 300, 50);
    }

    @ParameterizedTest
    @CsvSource({"local[2], 8", "local[5], 16"})
    void everyLocalMasterGivesTheBitsOfTheLocalTrainer(String master, int shards) {
        RunConfig config = config("auto", shards);
        assertEquals(local(config), distributed(config, master, new SparkConf()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"scalar", "vector"})
    void kernelsChangeNoBit(String kernels) {
        assertEquals(local(config("auto", 8)), distributed(config(kernels, 8), "local[2]", new SparkConf()));
    }

    @ParameterizedTest
    @CsvSource({
        "local[1], scalar, adamw",
        "local[2], vector, adamw",
        "local[5], scalar, adamw",
        "local[2], vector, lamb"
    })
    void everyOptionOfAStepGivesTheBitsOfTheLocalTrainer(String master, String kernels, String optimizer) {
        RunConfig config = config("auto", 8)
                .with("train.micro-batch", 2)
                .with("train.freeze", List.of("conv1"))
                .with("train.evaluate-every", 1)
                .with("train.epochs", 2)
                .with("train.batch-size", 100)
                .with("loss.label-smoothing", 0.1)
                .with("loss.class-weights", List.of(1.0, 2.0, 1.0, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0))
                .with("optimizer.name", optimizer)
                .with("optimizer.decay-bias-and-norm", false)
                .with("optimizer.rate-factors", List.of("output=0.5"))
                .with("optimizer.clip-value", 0.5)
                .with("optimizer.clip-norm", 1.0)
                .with("optimizer.lookahead", 2)
                .with("optimizer.average", 0.99)
                .with("schedule.name", "plateau")
                .with("schedule.rate", 0.01);
        Outcome local = local(config);
        assertEquals(local, distributed(config.with("kernels", kernels), master, new SparkConf()));
        assertNotEquals(local, local(config.with("train.micro-batch", 0)), "statistics are those of the pieces");
    }

    @Test
    void lostBlocksAreReadAgainToTheSameBits() {
        RunConfig config = config("auto", 8);
        try (JavaSparkContext spark = LocalSpark.start("local[2]")) {
            Losses losses = new Losses();
            TrainingListener dropsTheCache = new TrainingListener() {
                @Override
                public void stepFinished(StepReport report) {
                    spark.getPersistentRDDs().values().forEach(rdd -> rdd.unpersist(true));
                }
            };
            TrainedModel model = SyncSgdTrainer.train(spark, config, List.of(losses, dropsTheCache));
            assertEquals(local(config), losses.outcome(model.state()));
        }
    }

    @Test
    void theSeedChangesTheBits() {
        RunConfig config = config("auto", 8);
        assertNotEquals(local(config), local(config.with("train.seed", 8L)));
    }

    /** Checksum of the weights, running averages, losses of every step and the final evaluation. */
    private record Outcome(String weights, List<Float> buffers, List<Double> losses, Evaluation evaluation) {}

    private static final class Losses implements TrainingListener {
        private final List<Double> losses = new ArrayList<>();
        private Evaluation evaluation = Evaluation.EMPTY;

        @Override
        public void stepFinished(StepReport report) {
            losses.add(report.loss());
        }

        @Override
        public void finished(ModelState state, Evaluation last) {
            evaluation = last;
        }

        Outcome outcome(ModelState state) {
            List<Float> buffers = new ArrayList<>();
            for (float value : state.buffers()) {
                buffers.add(value);
            }
            return new Outcome(state.weightsSha256(), buffers, losses, evaluation);
        }
    }

    private static Outcome local(RunConfig config) {
        Losses losses = new Losses();
        ImageBlock train = IdxSource.find(folder.toString(), "train", 10, new Configuration())
                .read(new Configuration());
        ImageBlock test = IdxSource.find(folder.toString(), "t10k", 10, new Configuration())
                .read(new Configuration());
        return losses.outcome(LocalTrainer.train(config, train, test, List.of(losses)));
    }

    private static Outcome distributed(RunConfig config, String master, SparkConf conf) {
        Losses losses = new Losses();
        try (JavaSparkContext spark = LocalSpark.start(master, conf)) {
            TrainedModel model = SyncSgdTrainer.train(spark, config, List.of(losses));
            assertEquals(losses.evaluation, model.test());
            return losses.outcome(model.state());
        }
    }

    private static RunConfig config(String kernels, int shards) {
        return RunConfig.defaults()
                .with("kernels", kernels)
                .with("model.name", "cnn")
                .with("data.path", folder.toString())
                .with("data.mean", List.of(0.1307))
                .with("data.std", List.of(0.3081))
                .with("train.epochs", 1)
                .with("train.max-steps", 4)
                .with("train.batch-size", 37)
                .with("train.shards", shards)
                .with("train.seed", 7L);
    }
}
