package dev.convoy.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the formulas in double, written out a second time, over fifty steps. */
class OptimizerTest {
    private static final int STEPS = 50;

    @ParameterizedTest
    @CsvSource({"0, false, 0", "0.9, false, 0", "0.9, true, 0.01", "0.5, false, 0.1"})
    void sgd(double momentum, boolean nesterov, double decay) {
        Sgd sgd = new Sgd(3, List.of(ParameterSlice.whole(3, decay)), WeightDecay.COUPLED, momentum, nesterov);
        float[] weights = {1, -2, 0.5f};
        double[] expected = {1, -2, 0.5};
        double[] velocity = new double[3];
        for (int t = 0; t < STEPS; t++) {
            float[] gradient = gradient(weights, t);
            for (int i = 0; i < 3; i++) {
                double g = gradient[i] + decay * expected[i];
                velocity[i] = momentum * velocity[i] + g;
                expected[i] -= 0.05 * (nesterov ? g + momentum * velocity[i] : velocity[i]);
            }
            sgd.step(weights, gradient, 0.05f);
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(expected[i], weights[i], 1e-4);
        }
    }

    @Test
    void adam() {
        Adam adam = new Adam(3, List.of(ParameterSlice.whole(3, 0.01)), WeightDecay.COUPLED, 0.9, 0.999, 1e-8);
        float[] weights = {1, -2, 0.5f};
        double[] expected = {1, -2, 0.5};
        double[] mean = new double[3];
        double[] square = new double[3];
        for (int t = 1; t <= STEPS; t++) {
            float[] gradient = gradient(weights, t);
            for (int i = 0; i < 3; i++) {
                double g = gradient[i] + 0.01 * expected[i];
                mean[i] = 0.9 * mean[i] + 0.1 * g;
                square[i] = 0.999 * square[i] + 0.001 * g * g;
                double unbiasedMean = mean[i] / (1 - Math.pow(0.9, t));
                double unbiasedSquare = square[i] / (1 - Math.pow(0.999, t));
                expected[i] -= 0.05 * unbiasedMean / (Math.sqrt(unbiasedSquare) + 1e-8);
            }
            adam.step(weights, gradient, 0.05f);
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(expected[i], weights[i], 1e-3);
        }
        assertEquals(STEPS, adam.state().get("steps")[0]);
    }

    private static float[] gradient(float[] weights, int t) {
        return new float[] {weights[0] + 0.1f * t % 3, 2 * weights[1], weights[2] - weights[0]};
    }

    @Test
    void constantAndStep() {
        assertEquals(0.1, Schedule.constant(0.1).rate(7, 10));
        Schedule step = Schedule.multiStep(1, List.of(0.5, 0.75), 0.1);
        assertEquals(1, step.rate(49, 100));
        assertEquals(0.1, step.rate(50, 100), 1e-12);
        assertEquals(0.01, step.rate(75, 100), 1e-12);
    }

    @Test
    void cosineFallsFromTheRateToZero() {
        assertEquals(0.4, Schedule.cosine(0.4, 0).rate(0, 100), 1e-12);
        assertEquals(0.2, Schedule.cosine(0.4, 0).rate(50, 100), 1e-12);
        assertEquals(0.0, Schedule.cosine(0.4, 0).rate(100, 100), 1e-12);
    }

    @Test
    void warmUpScalesTheFirstStepsAndMovesNoMilestone() {
        Schedule schedule = Schedule.multiStep(1, List.of(0.5), 0.1).warmedUp(0.1);
        assertEquals(0.1, schedule.rate(0, 100), 1e-12);
        assertEquals(0.9, schedule.rate(8, 100), 1e-12);
        assertEquals(1.0, schedule.rate(10, 100), 1e-12);
        assertEquals(1.0, schedule.rate(49, 100), 1e-12);
        assertEquals(0.1, schedule.rate(50, 100), 1e-12);
    }

    /** torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1.0, total_steps=10, pct_start=0.3), its formula by hand. */
    @Test
    void oneCycleIsTheUsualOne() {
        Schedule schedule = Schedule.oneCycle(1, 0.3);
        assertEquals(0.04, schedule.rate(0, 10), 1e-9);
        assertEquals(0.52, schedule.rate(1, 10), 1e-9);
        assertEquals(1.0, schedule.rate(2, 10), 1e-9);
        assertEquals(4e-6 + (1 - 4e-6) * (1 + Math.cos(Math.PI / 7)) / 2, schedule.rate(3, 10), 1e-9);
        assertEquals(4e-6, schedule.rate(9, 10), 1e-9);
    }
}
