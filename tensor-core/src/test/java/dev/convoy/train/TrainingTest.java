package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.BatchPlan;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The driver's loop, with workers that return what the test wants. */
class TrainingTest {
    private static final Shape IMAGE = Shape.of(8, 8, 1);
    private final Network network = ModelZoo.build("cnn", IMAGE, 10);

    /** Every sample contributes a gradient of 2, a batch mean of 5 and so on. */
    private class Constant implements Workers {
        private final float gradient;

        Constant(float gradient) {
            this.gradient = gradient;
        }

        @Override
        public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
            int count = 4;
            float[] sum = new float[network.weights().size()];
            float[] buffers = new float[network.buffers().size()];
            Arrays.fill(sum, count * gradient);
            Arrays.fill(buffers, count * 5f);
            return new GradientSum(count, count * 0.5, 3, sum, buffers);
        }

        @Override
        public Evaluation evaluate(ModelState state, Split split) {
            return new Evaluation(10, 1, 9);
        }
    }

    @Test
    void aStepDividesByTheCountAndAveragesTheBuffers() {
        ModelState before = ModelState.initial(network, 1);
        ModelState after = training(0.5, 1, 0, new Constant(2), List.of()).run();
        float[] weights = before.weights().clone();
        float[] buffers = before.buffers().clone();
        for (int i = 0; i < weights.length; i++) {
            weights[i] -= 0.5f * 2;
        }
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = 0.9f * buffers[i] + 0.1f * 5;
        }
        assertArrayEquals(weights, after.weights(), 1e-6f);
        assertArrayEquals(buffers, after.buffers(), 1e-6f);
    }

    @Test
    void theGradientIsClippedBeforeTheStepAndItsNormReported() {
        List<Double> norms = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void stepFinished(StepReport report) {
                norms.add(report.gradientNorm());
            }
        };
        ModelState before = ModelState.initial(network, 1);
        int size = before.weights().length;
        RunConfig clipped = config(0.5, 1, 0).with("optimizer.clip-norm", 0.25);
        ModelState after = training(clipped, new Constant(2), List.of(listener)).run();
        assertEquals(2 * Math.sqrt(size), norms.get(0), 1e-9 * size);
        double moved = 0;
        for (int i = 0; i < size; i++) {
            moved += Math.pow(after.weights()[i] - before.weights()[i], 2);
        }
        assertEquals(0.5 * 0.25, Math.sqrt(moved), 1e-5);
    }

    @Test
    void theAverageIsWhatIsEvaluatedAndKept() {
        RunConfig config = config(0.5, 2, 0).with("optimizer.average", 0.5);
        List<ModelState> evaluated = new ArrayList<>();
        Workers workers = new Constant(2) {
            @Override
            public Evaluation evaluate(ModelState state, Split split) {
                evaluated.add(state);
                return super.evaluate(state, split);
            }
        };
        ModelState before = ModelState.initial(network, 1);
        ModelState model = training(config, workers, List.of()).run();
        // The share of the first average is 1/10 and then 2/11 of what was before; each step moves by -1.
        float[] weights = before.weights().clone();
        float[] buffers = before.buffers().clone();
        for (int i = 0; i < weights.length; i++) {
            double first = weights[i] - 0.9;
            weights[i] = (float) (2 / 11.0 * first + 9 / 11.0 * (weights[i] - 2));
        }
        for (int i = 0; i < buffers.length; i++) {
            double one = 0.9 * buffers[i] + 0.5;
            double first = 0.1 * buffers[i] + 0.9 * one;
            buffers[i] = (float) (2 / 11.0 * first + 9 / 11.0 * (0.9 * one + 0.5));
        }
        assertArrayEquals(weights, model.weights(), 1e-5f);
        assertArrayEquals(buffers, model.buffers(), 1e-5f);
        assertArrayEquals(model.weights(), evaluated.get(0).weights());
    }

    @Test
    void lookaheadsSlowWeightsAreTheModel() {
        RunConfig config = config(0.5, 3, 0).with("optimizer.lookahead", 2);
        ModelState before = ModelState.initial(network, 1);
        ModelState model = training(config, new Constant(2), List.of()).run();
        float[] expected = before.weights().clone();
        for (int i = 0; i < expected.length; i++) {
            expected[i] -= 0.5f * 2; // half of two steps of 1; the third is not part of it yet
        }
        assertArrayEquals(expected, model.weights(), 1e-5f);
    }

    /** Else the model would be the first weights, untouched. */
    @Test
    void lookaheadThatTheRunNeverReachesIsAMistake() {
        RunConfig config = config(0.5, 3, 0).with("optimizer.lookahead", 4);
        InvalidSettingException e =
                assertThrows(InvalidSettingException.class, () -> training(config, new Constant(2), List.of()));
        assertEquals("optimizer.lookahead: expected at most 3, the steps of the run, but got 4", e.getMessage());
    }

    /** Two steps an epoch; the evaluations never improve on the first, and after one of patience each lowers the rate. */
    @Test
    void aPlateauLowersTheRateAfterEvaluationsWithoutImprovement() {
        RunConfig config = config(0.5, 0, 1)
                .with("train.epochs", 6)
                .with("schedule.name", "plateau")
                .with("schedule.gamma", 0.5)
                .with("schedule.patience", 1)
                .with("schedule.minimum", 0.2);
        List<Double> rates = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void stepFinished(StepReport report) {
                rates.add(report.rate());
            }
        };
        training(config, new Constant(0), List.of(listener)).run();
        assertEquals(List.of(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.2, 0.2), rates);
    }

    @Test
    void stepWithMilestonesIsNowNamedMultiStep() {
        RunConfig config =
                config(0.5, 1, 0).with("schedule.milestones", List.of(0.5)).with("schedule.name", "step");
        InvalidSettingException e =
                assertThrows(InvalidSettingException.class, () -> training(config, new Constant(0), List.of()));
        assertTrue(String.valueOf(e.getMessage()).contains("multi-step"), e.getMessage());
    }

    @Test
    void multiStepWithoutMilestonesIsRefused() {
        RunConfig config = config(0.5, 1, 0).with("schedule.name", "multi-step");
        InvalidSettingException e =
                assertThrows(InvalidSettingException.class, () -> training(config, new Constant(0), List.of()));
        assertTrue(
                String.valueOf(e.getMessage()).startsWith("schedule.milestones: expected at least one"),
                e.getMessage());
    }

    @Test
    void byDefaultOnlyOneCycleClimbs() {
        RunConfig.Schedule defaults = RunConfig.defaults().schedule();
        assertEquals(0.05 / 25, new LearningRate(defaults).at(0, 100), 1e-12);
        assertEquals(0.05, new LearningRate(defaults).at(24, 100), 1e-12);
        RunConfig constant = RunConfig.defaults().with("schedule.name", "constant");
        assertEquals(0.05, new LearningRate(constant.schedule()).at(0, 100), 0);
    }

    @Test
    void listenersHearEverythingInOrder() {
        List<String> heard = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void started(RunConfig config, long samples, long taken, long steps, int stepsPerEpoch) {
                heard.add("started " + samples + " " + steps + " " + stepsPerEpoch);
            }

            @Override
            public void stepFinished(StepReport report) {
                heard.add("step " + report.step() + " of epoch " + report.epoch() + " loss " + report.loss()
                        + " accuracy " + report.accuracy());
            }

            @Override
            public void evaluated(long step, int epoch, Evaluation evaluation) {
                heard.add("evaluated after " + step);
            }

            @Override
            public void finished(ModelState state, Evaluation evaluation) {
                heard.add("finished " + evaluation.accuracy());
            }
        };
        training(0.5, 0, 1, new Constant(0), List.of(listener)).run();
        assertEquals(
                List.of(
                        "started 8 4 2",
                        "step 0 of epoch 0 loss 0.5 accuracy 0.75",
                        "step 1 of epoch 0 loss 0.5 accuracy 0.75",
                        "evaluated after 2",
                        "step 2 of epoch 1 loss 0.5 accuracy 0.75",
                        "step 3 of epoch 1 loss 0.5 accuracy 0.75",
                        "evaluated after 4",
                        "finished 0.9"),
                heard);
    }

    @Test
    void weightsThatTheLastStepMadeInfiniteAreNoResult() {
        assertThrows(DivergedException.class, () -> training(100, 1, 0, new Constant(8e37f), List.of())
                .run());
    }

    private Training training(
            double rate, int maxSteps, int evaluateEvery, Workers workers, List<TrainingListener> listeners) {
        return training(config(rate, maxSteps, evaluateEvery), workers, listeners);
    }

    private Training training(RunConfig config, Workers workers, List<TrainingListener> listeners) {
        return new Training(
                config,
                network,
                new BatchPlan(1, 8, 4, 1),
                workers,
                listeners,
                ModelState.initial(network, config.train().seed()));
    }

    private static RunConfig config(double rate, int maxSteps, int evaluateEvery) {
        return RunConfig.defaults()
                .with("model.name", "cnn")
                .with("train.max-steps", maxSteps)
                .with("train.evaluate-every", evaluateEvery)
                .with("optimizer.nesterov", false)
                .with("optimizer.momentum", 0.0)
                .with("optimizer.weight-decay", 0.0)
                .with("schedule.name", "constant")
                .with("schedule.rate", rate)
                .with("schedule.warm-up", 0.0);
    }
}
