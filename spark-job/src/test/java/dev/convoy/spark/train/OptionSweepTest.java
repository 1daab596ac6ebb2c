package dev.convoy.spark.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.ImageBlock;
import dev.convoy.io.TrainedModel;
import dev.convoy.random.RandomKey;
import dev.convoy.spark.LocalSpark;
import dev.convoy.spark.SmallMnist;
import dev.convoy.spark.data.IdxSource;
import dev.convoy.train.Evaluation;
import dev.convoy.train.InvalidSettingException;
import dev.convoy.train.LocalTrainer;
import dev.convoy.train.ModelState;
import dev.convoy.train.RunConfig;
import dev.convoy.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Options drawn at random, odd values included: more shards than samples, batches smaller than shards, pieces of one sample. One cluster
 * runs them one after the other, so nothing of a run may reach the next.
 */
class OptionSweepTest {
    private static final int CASES = 70;

    @TempDir
    static Path folder;

    @Test
    @Tag("slow")
    void anyCombinationGivesTheBitsOfTheLocalTrainer() throws IOException {
        SmallMnist.write(folder, 90, 13);
        int trained = 0;
        try (JavaSparkContext spark = LocalSpark.start("local[2]")) {
            for (int seed = 0; seed < CASES; seed++) {
                RunConfig config = draw(RandomKey.of(seed, "sweep"));
                String message = "seed " + seed + ": " + config;
                Outcome local;
                try {
                    local = local(config);
                } catch (InvalidSettingException lookaheadBeyondTheRun) {
                    continue;
                }
                Losses losses = new Losses();
                TrainedModel model = SyncSgdTrainer.train(spark, config, List.of(losses));
                assertEquals(local, losses.outcome(model.state()), message);
                assertEquals(model.test(), SyncSgdTrainer.evaluate(spark, model, config), message);
                trained++;
            }
        }
        assertTrue(trained > CASES / 2, trained + " of " + CASES);
    }

    private static <T> T pick(RandomKey key, String what, List<T> from) {
        return from.get((int) (key.with(what).uniform(0) * from.size()));
    }

    private static RunConfig draw(RandomKey k) {
        String optimizer = pick(k, "o", List.of("sgd", "adam", "adamw", "adagrad", "rmsprop", "lars", "lamb"));
        String loss = pick(k, "l", List.of("cross-entropy", "focal"));
        String model = pick(k, "m", List.of("mlp", "lenet5", "cnn", "cnn", "resnet9"));
        List<List<String>> freeze = List.of(List.of(), List.of("*.bias"), List.of("output"), List.of("*1", "*.weight"));
        return RunConfig.defaults()
                .with("kernels", pick(k, "k", List.of("auto", "scalar")))
                .with("model.name", model)
                .with("data.path", folder.toString())
                .with("train.epochs", pick(k, "e", List.of(1, 2)))
                .with("train.max-steps", pick(k, "ms", List.of(0, 1, 3, 6)))
                .with("train.batch-size", pick(k, "b", List.of(7, 31, 89, 90, 1000)))
                .with("train.shards", pick(k, "s", List.of(1, 2, 3, 7, 16, 100)))
                .with("train.micro-batch", pick(k, "mb", List.of(0, 1, 2, 5)))
                .with("train.seed", (long) (k.with("seed").uniform(0) * 100))
                .with("train.evaluate-every", pick(k, "ev", List.of(1, 1, 2)))
                .with("train.freeze", pick(k, "f", freeze))
                .with("train.validation", pick(k, "v", List.of(0.0, 0.0, 0.02, 0.4)))
                .with("train.evaluate-every-steps", pick(k, "es", List.of(0, 0, 2)))
                .with("early-stopping.patience", pick(k, "p", List.of(0, 0, 1)))
                .with("loss.name", loss)
                .with("loss.label-smoothing", loss.equals("focal") ? 0.0 : pick(k, "ls", List.of(0.0, 0.1, 1.0)))
                .with("loss.gamma", pick(k, "g", List.of(0.0, 0.5, 2.0)))
                .with(
                        "loss.class-weights",
                        pick(
                                k,
                                "cw",
                                List.of(List.<Double>of(), List.of(0.0, 1.0, 2.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 7.0))))
                .with("optimizer.name", optimizer)
                .with("optimizer.weight-decay", pick(k, "wd", List.of(0.0, 0.1)))
                .with(
                        "optimizer.decoupled-decay",
                        pick(k, "dd", List.of(false, !optimizer.equals("lars") && !optimizer.equals("lamb"))))
                .with("optimizer.decay-bias-and-norm", pick(k, "dbn", List.of(false, true)))
                .with("optimizer.centered", pick(k, "c", List.of(false, true)))
                .with("optimizer.rate-decay", pick(k, "rd", List.of(0.0, 0.5)))
                .with("optimizer.rate-factors", pick(k, "rf", List.of(List.of(), List.of("*.weight=0.5", "output=3"))))
                .with("optimizer.clip-value", pick(k, "cv", List.of(0.0, 0.01)))
                .with("optimizer.clip-norm", pick(k, "cn", List.of(0.0, 0.1)))
                .with("optimizer.lookahead", pick(k, "la", List.of(0, 1, 2)))
                .with("optimizer.average", pick(k, "av", List.of(0.0, 0.9)))
                .with(
                        "schedule.name",
                        pick(
                                k,
                                "sn",
                                List.of(
                                        "constant",
                                        "step",
                                        "exponential",
                                        "polynomial",
                                        "cosine",
                                        "cosine-restarts",
                                        "one-cycle",
                                        "triangular",
                                        "triangular2",
                                        "plateau")))
                .with("schedule.rate", pick(k, "r", List.of(0.001, 0.01)))
                .with("schedule.patience", 0)
                .with("schedule.watch", pick(k, "w", List.of("loss", "accuracy")))
                .with("schedule.warm-up", pick(k, "wu", List.of(0.0, 0.5)));
    }

    private record Outcome(String weights, String buffers, List<Double> losses, List<Evaluation> evaluations) {}

    private static final class Losses implements TrainingListener {
        private final List<Double> losses = new ArrayList<>();
        private final List<Evaluation> evaluations = new ArrayList<>();

        @Override
        public void stepFinished(StepReport report) {
            losses.add(report.loss());
        }

        @Override
        public void evaluated(long step, int epoch, Evaluation evaluation) {
            evaluations.add(evaluation);
        }

        Outcome outcome(ModelState state) {
            return new Outcome(state.weightsSha256(), state.buffersSha256(), losses, evaluations);
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
}
