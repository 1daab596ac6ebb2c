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
        RunConfig d = config("mlp", "sgd", maxSteps, 1000, 0.1);
        RunConfig config = new RunConfig(
                d.kernels(),
                d.model(),
                d.data(),
                d.train(),
                d.optimizer(),
                RunConfig.defaults().schedule());
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
        RunConfig.Optimizer o = RunConfig.defaults().optimizer();
        return new RunConfig(
                System.getProperty("kernels", "auto"),
                new RunConfig.Model(model),
                new RunConfig.Data("unused", 10, List.of(0.1307), List.of(0.3081)),
                new RunConfig.Train(2, steps, batchSize, 3, 1, 0, "unused"),
                new RunConfig.Optimizer(
                        optimizer, o.momentum(), o.nesterov(), o.weightDecay(), o.beta1(), o.beta2(), o.epsilon()),
                new RunConfig.Schedule("constant", rate, 0, List.of(), 1));
    }
}
