package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.ImageBlock;
import dev.convoy.data.Samples;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalTrainerTest {

    /**
     * The same bits for every provider, vector width, JDK and machine: this test runs with both providers and on two JDKs. A change of
     * these digests is a change of every user's results; it needs a line in the CHANGELOG.
     */
    @ParameterizedTest
    @CsvSource({
        "mlp, sgd, 1756dab161b74f36b6dd3a1eee5d0b9275bd26446fb18680da3897a3610c940b",
        "lenet5, adam, dd30f8f2cfa184399d9445b7de05ac7b4a11ce16248cd478204e2621ea6a5031",
        "cnn, sgd, 724ed659371db83fd1dc5fa1e2ac87959f7308b5bd8ea77a65243ebe15a1bdc3",
        "resnet20, sgd, d44e30b07a771c2dd5e3f57833d72416ba6df5d3a989a5de8abd16f40945ee1f"
    })
    void theBitsNeverChange(String model, String optimizer, String digest) {
        RunConfig config = config(model, optimizer, 2, 24, 0.05);
        assertEquals(digest, train(config).weightsSha256());
    }

    /** With the options that change arithmetic all at once, so that a digest stands for each of them. */
    @ParameterizedTest
    @CsvSource({
        "sgd, cosine-restarts, 18c54db2ec6c4d32f2449fa79f4b1be243d3ed0ff3f9d1b1dcb45ce7db1e434a",
        "adamw, cosine, 09856de11ea25265cc8facb363eeee03b3324dfcc23a6cba88044e8a827a1538",
        "adagrad, polynomial, 5ee22e543bdfa4cf748390eba1d5b938d4c2b8d7118271990e44c37fc9c0239d",
        "rmsprop, triangular2, 4460a2c7f6a3cdf8a8fe0016c83d8ceaecc215843ac17b351e344a74194a2360",
        "lars, multi-step, e92a6ad796320b0242847cb64cf117f33ad2be1e4776f0d8429cb25d5d81769e",
        "lamb, exponential, 85e48cd6d341724a8638a1dbdf737ed7cfdbb1277f3b0e621c15e506b7ae10ee"
    })
    void theBitsOfNoOptimizerAndScheduleChange(String optimizer, String schedule, String digest) {
        RunConfig config = config("cnn", optimizer, 5, 24, 0.02)
                .with("train.micro-batch", 5)
                .with("train.freeze", List.of("conv1"))
                .with("optimizer.decay-bias-and-norm", false)
                .with("optimizer.rate-factors", List.of("output=0.5"))
                .with("optimizer.centered", true)
                .with("optimizer.clip-value", 0.5)
                .with("optimizer.clip-norm", 1.0)
                .with("optimizer.lookahead", 2)
                .with("optimizer.average", 0.9)
                .with("schedule.name", schedule)
                .with("schedule.milestones", List.of(0.002, 0.004))
                .with("schedule.minimum", 0.001)
                .with("schedule.period", 0.004);
        assertEquals(digest, train(config).weightsSha256());
    }

    @Test
    void aFewStepsLearnTheDigits() {
        RunConfig config = config("mlp", "sgd", 120, 64, 0.1);
        Evaluation[] last = new Evaluation[1];
        LocalTrainer.train(config, Samples.mnist("train"), Samples.mnist("t10k"), List.of(new TrainingListener() {
            @Override
            public void finished(ModelState state, Evaluation evaluation) {
                last[0] = evaluation;
            }
        }));
        assertEquals(1000, last[0].count());
        assertTrue(last[0].accuracy() > 0.88, "accuracy " + last[0].accuracy());
    }

    @Test
    void stoppingEarlyTakesTheFirstStepsOfTheWholeRun() {
        List<Double> whole = losses(0);
        assertEquals(whole.subList(0, 3), losses(3));
    }

    /** The losses of a run on a one-cycle schedule, whose rate depends on the number of all steps. */
    private static List<Double> losses(int maxSteps) {
        RunConfig config = config("mlp", "sgd", maxSteps, 1000, 0.1)
                .with("schedule.name", "one-cycle")
                .with("schedule.warm-up", 0.25);
        List<Double> losses = new ArrayList<>();
        ImageBlock test = Samples.mnist("t10k").slice(0, 20);
        LocalTrainer.train(config, Samples.mnist("train"), test, List.of(new TrainingListener() {
            @Override
            public void stepFinished(StepReport report) {
                losses.add(report.loss());
            }
        }));
        return losses;
    }

    @Test
    void aRateThatIsTooHighStopsTheRunWithAWord() {
        DivergedException e = assertThrows(DivergedException.class, () -> train(config("mlp", "sgd", 50, 16, 1e6)));
        assertTrue(String.valueOf(e.getMessage()).contains("lower schedule.rate"), e.getMessage());
    }

    private static ModelState train(RunConfig config) {
        ImageBlock test = Samples.mnist("t10k").slice(0, 20);
        return LocalTrainer.train(config, Samples.mnist("train"), test, List.of());
    }

    private static RunConfig config(String model, String optimizer, int steps, int batchSize, double rate) {
        return RunConfig.defaults()
                .with("kernels", System.getProperty("kernels", "auto"))
                .with("model.name", model)
                .with("data.mean", List.of(0.1307))
                .with("data.std", List.of(0.3081))
                .with("train.max-steps", steps)
                .with("train.batch-size", batchSize)
                .with("train.shards", 3)
                .with("optimizer.name", optimizer)
                .with("schedule.name", "constant")
                .with("schedule.rate", rate)
                .with("schedule.warm-up", 0.0);
    }
}
