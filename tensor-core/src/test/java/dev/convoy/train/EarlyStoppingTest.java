package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.convoy.data.BatchPlan;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a run ends early, and which of its models it returns; on losses that the test writes down. Two steps are an epoch. */
class EarlyStoppingTest {
    private final Network network = ModelZoo.build("cnn", Shape.of(8, 8, 1), 10);

    /** A gradient that depends on step and weights, so that no two steps leave the same values. */
    private final class Scripted implements Workers, TrainingListener {
        private final List<Double> losses;
        private final Map<Long, ModelState> evaluated = new HashMap<>();
        private final List<Split> splits = new ArrayList<>();
        private long taken;

        /** @param losses after the steps 1, 2, ... */
        Scripted(List<Double> losses) {
            this.losses = losses;
        }

        @Override
        public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
            taken = 2L * epoch + stepOfEpoch + 1;
            float[] gradient = new float[network.weights().size()];
            float[] buffers = new float[network.buffers().size()];
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = 4 * (0.1f * state.weights()[i] + 0.01f * taken);
            }
            for (int i = 0; i < buffers.length; i++) {
                buffers[i] = 4 * (taken + i);
            }
            return new GradientSum(4, 1, 1, gradient, buffers);
        }

        @Override
        public Evaluation evaluate(ModelState state, Split split) {
            splits.add(split);
            if (split == Split.TEST) {
                return new Evaluation(10, 1, 5);
            }
            evaluated.put(
                    taken,
                    new ModelState(state.weights().clone(), state.buffers().clone()));
            double loss = losses.get((int) taken - 1);
            return new Evaluation(10, 10 * loss, (int) (10 - loss));
        }
    }

    private static final List<Double> LOSSES = List.of(5.0, 4.0, 3.0, 3.5, 3.0, 3.2, 2.0, 1.0);

    @Test
    void aRunEndsAfterAsManyEvaluationsWithoutImprovementAsItIsPatient() {
        Scripted workers = new Scripted(LOSSES);
        List<Long> steps = new ArrayList<>();
        ModelState model = training(config(3), workers, List.of(count(steps))).run();

        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), steps);
        assertSame(workers.evaluated.get(3L), model);
        assertEquals(Split.TEST, workers.splits.get(workers.splits.size() - 1));
        assertEquals(7, workers.splits.size(), "six on the validation split, one on the test split");
    }

    @Test
    void aRunThatIsPatientEnoughReachesItsEnd() {
        Scripted workers = new Scripted(LOSSES);
        ModelState model = training(config(4), workers, List.of()).run();
        assertSame(workers.evaluated.get(8L), model);
    }

    @Test
    void accuracyIsBetterHigher() {
        Scripted workers = new Scripted(List.of(1.0, 3.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0));
        ModelState model = training(config(2).with("early-stopping.watch", "accuracy"), workers, List.of())
                .run();
        assertSame(workers.evaluated.get(1L), model);
    }

    @Test
    void anImprovementBelowTheThresholdIsNone() {
        Scripted workers = new Scripted(List.of(5.0, 4.9, 4.8, 1.0, 1.0, 1.0, 1.0, 1.0));
        ModelState model = training(config(2).with("early-stopping.threshold", 0.1), workers, List.of())
                .run();
        assertSame(workers.evaluated.get(1L), model);
    }

    @Test
    void evaluationsWithoutANumberNeverImproveAndTheLastModelIsKept() {
        Scripted workers = new Scripted(List.of(Double.NaN, Double.NaN, Double.NaN, 0.0, 0.0, 0.0, 0.0, 0.0));
        ModelState model = training(config(3), workers, List.of()).run();
        assertSame(workers.evaluated.get(3L), model);
    }

    /** What was evaluated is what is kept: not the weights that training moves, but what average and lookahead make of them. */
    @ParameterizedTest
    @CsvSource({"0, 0.9, sgd", "2, 0, adam", "2, 0.5, lamb"})
    void theBestModelIsTheOneThatWasEvaluated(int lookahead, double average, String optimizer) {
        Scripted workers = new Scripted(LOSSES);
        RunConfig config = config(3)
                .with("optimizer.name", optimizer)
                .with("optimizer.lookahead", lookahead)
                .with("optimizer.average", average);
        ModelState model = training(config, workers, List.of()).run();
        assertSame(workers.evaluated.get(3L), model);
    }

    @Test
    void aPlateauAndEarlyStoppingWatchTheSameEvaluations() {
        Scripted workers = new Scripted(LOSSES);
        List<Double> rates = new ArrayList<>();
        RunConfig config = config(3)
                .with("schedule.name", "plateau")
                .with("schedule.gamma", 0.5)
                .with("schedule.patience", 0);
        TrainingListener listener = new TrainingListener() {
            @Override
            public void stepFinished(StepReport report) {
                rates.add(report.rate());
            }
        };
        ModelState model = training(config, workers, List.of(listener)).run();
        assertEquals(List.of(0.5, 0.5, 0.5, 0.5, 0.25, 0.125), rates);
        assertSame(workers.evaluated.get(3L), model);
    }

    /** Left after any step and taken up again; also where the best model lies before the step and where the run was over. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void aRunTakenUpAgainEndsWithTheSameBest(int left) {
        RunConfig config = config(3).with("optimizer.average", 0.9).with("optimizer.lookahead", 2);
        ModelState undisturbed =
                training(config, new Scripted(LOSSES), List.of()).run();
        TrainingState[] states = new TrainingState[1];
        training(config, new Scripted(LOSSES), List.of(copyAfter(left, states))).run();
        Training again = training(config, new Scripted(LOSSES), List.of());
        again.restore(states[0]);
        assertSame(undisturbed, again.run());
    }

    /** An evaluation at the end of a short run must not count in the long one, and one that the long run does must. */
    @ParameterizedTest
    @CsvSource({"constant, 3, 2", "plateau, 3, 2", "plateau, 4, 2", "plateau, 5, 3", "constant, 6, 3"})
    void aRunCutByItsMostStepsGoesOnToTheBitsOfTheWholeOne(String schedule, int cut, int every) {
        RunConfig config = config(2)
                .with("train.evaluate-every-steps", every)
                .with("schedule.name", schedule)
                .with("schedule.gamma", 0.5)
                .with("schedule.patience", 0);
        List<Double> losses = List.of(9.0, 5.0, 9.0, 6.0, 9.0, 7.0, 1.0, 1.0);
        List<Double> rates = new ArrayList<>();
        List<Double> ratesAgain = new ArrayList<>();
        ModelState whole =
                training(config, new Scripted(losses), List.of(rates(rates))).run();
        TrainingState[] states = new TrainingState[1];
        RunConfig shortRun = config.with("train.max-steps", cut);
        training(shortRun, new Scripted(losses), List.of(copyAfter(cut, states), rates(ratesAgain)))
                .run();
        Training again = training(config, new Scripted(losses), List.of(rates(ratesAgain)));
        again.restore(states[0]);
        assertSame(whole, again.run());
        assertEquals(rates, ratesAgain);
    }

    @Test
    void withoutPatienceTheLastModelIsTheResult() {
        Scripted workers = new Scripted(LOSSES);
        ModelState model = training(config(0), workers, List.of()).run();
        assertSame(workers.evaluated.get(8L), model);
        assertNotEquals(
                workers.evaluated.get(7L).weightsSha256(),
                workers.evaluated.get(8L).weightsSha256());
    }

    private static void assertSame(ModelState expected, ModelState actual) {
        assertArrayEquals(expected.weights(), actual.weights());
        assertArrayEquals(expected.buffers(), actual.buffers());
    }

    private static TrainingListener count(List<Long> steps) {
        return new TrainingListener() {
            @Override
            public void stepFinished(StepReport report) {
                steps.add(report.step());
            }
        };
    }

    private static TrainingListener rates(List<Double> rates) {
        return new TrainingListener() {
            @Override
            public void stepFinished(StepReport report) {
                rates.add(report.rate());
            }
        };
    }

    /** A state is live, so it is copied. */
    private static TrainingListener copyAfter(int step, TrainingState[] into) {
        return new TrainingListener() {
            @Override
            public void betweenSteps(TrainingState state) {
                if (state.step() == step) {
                    Map<String, float[]> arrays = new HashMap<>();
                    state.arrays().forEach((name, array) -> arrays.put(name, array.clone()));
                    ModelState values = new ModelState(
                            state.values().weights().clone(),
                            state.values().buffers().clone());
                    into[0] = new TrainingState(step, values, arrays, state.progress());
                }
            }
        };
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

    private static RunConfig config(int patience) {
        return RunConfig.defaults()
                .with("model.name", "cnn")
                .with("train.epochs", 4)
                .with("train.validation", 0.2)
                .with("train.evaluate-every-steps", 1)
                .with("train.evaluate-every", 0)
                .with("early-stopping.patience", patience)
                .with("schedule.name", "constant")
                .with("schedule.rate", 0.5);
    }
}
