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
        "cnn, sgd, 561840419dbfaf27ff11821b43f4656a015967173109b727d580e8e4011090b1",
        "resnet20, sgd, d9814d9abfa8b35b7d22279ddfbca4e9dc40d4d655047014b593446f2bff9989"
    })
    void theBitsNeverChange(String model, String optimizer, String digest) {
        RunConfig config = config(model, optimizer, 2, 24, 0.05);
        assertEquals(digest, train(config).weightsSha256());
    }

    /** With the options that change arithmetic all at once, so that a digest stands for each of them. */
    @ParameterizedTest
    @CsvSource({
        "sgd, cosine-restarts, 6a0221001a91389bee1b493b50a78958a18ce0abb54ed45c54cd8d0427184181",
        "adamw, cosine, 163d7a952ccaf69c503e1f1ff7645c35bb964b8567299a23b980500184c5f58b",
        "adagrad, polynomial, 410a13434d5569a7c29267a30d5a89f4caf51d45e25e5033c10de6e094f7a02d",
        "rmsprop, triangular2, 3dcd0cf4d77e4336cf7fc88430c918e4a4026b1116b5097d8b4618783a4a6d0b",
        "lars, multi-step, 391181693234f0397eb37383d5d355321e074b0ce3bffabcf11d0ce14e15e00c",
        "lamb, exponential, 8b0b6f42afbef41e360c07d291155a8d8aa3783ff27e28be2c07fc1a2796cd10"
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
