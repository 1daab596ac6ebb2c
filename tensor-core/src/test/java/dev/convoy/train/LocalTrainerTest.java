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
        "cnn, sgd, 72c40e90d3cb87d3a690de9a48924a36a58f385f89222066227ffba416a5a3e1",
        "resnet20, sgd, 6686265ac0051615fed419dcc626d56dcbe096145e8e4b00eff0bd605a7fab37"
    })
    void theBitsNeverChange(String model, String optimizer, String digest) {
        RunConfig config = config(model, optimizer, 2, 24, 0.05);
        assertEquals(digest, train(config).weightsSha256());
    }

    /** The kernels that the networks above do not need: depthwise, 3x3 and 5x5 by minimal filtering, whole tiles and not, GELU. */
    @ParameterizedTest
    @CsvSource({
        "five-by-five, 6, d25c29892271e2c918098ecd8765d180ccc55872d142d234822daf038ac8bd97",
        "mobilenet, 6, 3a701b1e06a3f4f7c421932407aac2cbb184a4e45cfb6e91dfd5c3570b7855c8",
        "airbench, 6, 7f42fc0be567479e6d4e7780d2a569c39165a73a73b72cff8c271da1ac66f479"
    })
    void theBitsOfOtherConvolutionsNeverChange(String model, int batchSize, String digest) {
        assertEquals(digest, train(config(model, "sgd", 2, batchSize, 0.05)).weightsSha256());
    }

    /** With the options that change arithmetic all at once, so that a digest stands for each of them. */
    @ParameterizedTest
    @CsvSource({
        "sgd, cosine-restarts, 5101521b55d268f416617021bc21f04724fc3a08454c0638655b3b1231031043",
        "adamw, cosine, f437b4359fcd46544295a4503abf4031ce6f4ef60e7eacdaf03d411e69447696",
        "adagrad, polynomial, a282c14c23a71c807e0a962eed8e7073cc628856d7690496460d9719ed044974",
        "rmsprop, triangular2, e3393d03f8fc964c604ce3c508344fe6475581386b06f98bdc19c6a57c2bb330",
        "lars, multi-step, 53bde4c94a0e244fb467af988878d0f80e7df1e6156599b2d519267a50e5a342",
        "lamb, exponential, f9631cb432a611d59430c7e44bd4aa205f6eccd9b17de489b0eace51be105369"
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
        ImageBlock test = Samples.mnist("t10k").slice(0, 2);
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
