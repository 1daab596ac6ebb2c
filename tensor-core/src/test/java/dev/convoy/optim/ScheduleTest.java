package dev.convoy.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole sequences of rates against PyTorch's schedulers, ported from their documentation in the form the steps there are chained: each
 * rate from the one before it.
 */
class ScheduleTest {
    private static final int STEPS = 100;
    private static final double RATE = 0.3;

    @Test
    void constantNeverChanges() {
        assertSequence(Schedule.constant(RATE), step -> RATE);
    }

    /** StepLR(step_size=30, gamma=0.1): {@code lr * gamma} at every multiple of the step size. */
    @ParameterizedTest
    @CsvSource({"30, 0.1", "7, 0.9", "100, 0.5", "1, 0.99"})
    void stepIsStepLr(int stepSize, double gamma) {
        Chain chain = new Chain((step, rate) -> step % stepSize == 0 ? rate * gamma : rate);
        assertSequence(Schedule.step(RATE, (double) stepSize / STEPS, gamma), chain);
    }

    /** MultiStepLR(milestones=[20, 55, 90], gamma=0.2). */
    @Test
    void multiStepIsMultiStepLr() {
        Chain chain = new Chain((step, rate) -> List.of(20L, 55L, 90L).contains(step) ? rate * 0.2 : rate);
        assertSequence(Schedule.multiStep(RATE, List.of(0.2, 0.55, 0.9), 0.2), chain);
    }

    /** ExponentialLR(gamma): {@code lr * gamma} at every step; here gamma belongs to a period of many. */
    @ParameterizedTest
    @CsvSource({"1, 0.97", "25, 0.5", "100, 0.01"})
    void exponentialIsExponentialLr(int period, double gamma) {
        double each = Math.exp(Math.log(gamma) / period);
        Chain chain = new Chain((step, rate) -> rate * each);
        assertSequence(Schedule.exponential(RATE, (double) period / STEPS, gamma), chain);
    }

    /** PolynomialLR(total_iters=100, power): {@code lr * ((1 - t/T) / (1 - (t-1)/T))^power}. */
    @ParameterizedTest
    @CsvSource({"1", "2", "0.5", "3.5"})
    void polynomialIsPolynomialLr(double power) {
        Chain chain = new Chain((step, rate) ->
                rate * Math.pow((1.0 - (double) step / STEPS) / (1.0 - (double) (step - 1) / STEPS), power));
        assertSequence(Schedule.polynomial(RATE, 0, power), chain);
    }

    @Test
    void polynomialEndsAtTheMinimum() {
        Schedule linear = Schedule.polynomial(1, 0.2, 1);
        assertEquals(1, linear.rate(0, STEPS), 1e-15);
        assertEquals(0.6, linear.rate(50, STEPS), 1e-15);
        assertEquals(0.2, linear.rate(100, STEPS), 1e-15);
    }

    /** CosineAnnealingLR(T_max=100, eta_min): {@code eta_min + (lr - eta_min) (1 + cos(t pi/T)) / (1 + cos((t-1) pi/T))}. */
    @ParameterizedTest
    @CsvSource({"0", "0.01", "0.3"})
    void cosineIsCosineAnnealingLr(double minimum) {
        Chain chain = new Chain((step, rate) -> minimum
                + (rate - minimum)
                        * (1 + Math.cos(Math.PI * step / STEPS))
                        / (1 + Math.cos(Math.PI * (step - 1) / STEPS)));
        assertSequence(Schedule.cosine(RATE, minimum), chain);
    }

    /** CosineAnnealingWarmRestarts(T_0, T_mult, eta_min), whose step counts T_cur and T_i. */
    @ParameterizedTest
    @CsvSource({"10, 1, 0", "10, 2, 0.01", "7, 3, 0.1", "1, 1, 0", "1, 2, 0", "100, 1, 0"})
    void cosineRestartsIsCosineAnnealingWarmRestarts(int first, int multiple, double minimum) {
        List<Double> expected = new ArrayList<>();
        int current = 0;
        int length = first;
        for (int step = 0; step < STEPS; step++) {
            expected.add(minimum + (RATE - minimum) * (1 + Math.cos(Math.PI * current / length)) / 2);
            current++;
            if (current >= length) {
                current -= length;
                length *= multiple;
            }
        }
        assertSequence(
                Schedule.cosineRestarts(RATE, minimum, (double) first / STEPS, multiple),
                step -> expected.get((int) step));
    }

    /** CyclicLR(base_lr, max_lr, step_size_up, mode): {@code cycle = floor(1 + t/total)}, {@code x = 1 + t/total - cycle}. */
    @ParameterizedTest
    @CsvSource({"10, 0, 1", "10, 0.02, 0.5", "1, 0.1, 1", "25, 0.1, 0.5"})
    void triangularIsCyclicLr(int stepSizeUp, double base, double scale) {
        double total = 2 * stepSizeUp;
        assertSequence(Schedule.triangular(RATE, base, total / STEPS, scale), step -> {
            double cycle = Math.floor(1 + step / total);
            double x = 1 + step / total - cycle;
            double height = x <= 0.5 ? x / 0.5 : (x - 1) / (0.5 - 1);
            return base + (RATE - base) * height * (scale == 1 ? 1 : 1 / Math.pow(2, cycle - 1));
        });
    }

    /** OneCycleLR(max_lr, total_steps=100, pct_start): two phases of {@code end + (start - end) / 2 * (1 + cos(pi * share))}. */
    @ParameterizedTest
    @CsvSource({"0.3", "0.25", "0.1", "0.5"})
    void oneCycleIsOneCycleLr(double warmUp) {
        double initial = RATE / 25;
        double phaseEnd = warmUp * STEPS - 1;
        assertSequence(
                Schedule.oneCycle(RATE, warmUp),
                step -> step <= phaseEnd
                        ? annealed(initial, RATE, step / phaseEnd)
                        : annealed(RATE, initial / 1e4, (step - phaseEnd) / (STEPS - 1 - phaseEnd)));
    }

    private static double annealed(double start, double end, double share) {
        return end + (start - end) / 2.0 * (Math.cos(Math.PI * share) + 1);
    }

    /** LinearLR's climb in front of any other: each schedule keeps its own clock. */
    @Test
    void warmUpComposesWithEverySchedule() {
        List<Schedule> all = List.of(
                Schedule.constant(RATE),
                Schedule.step(RATE, 0.3, 0.1),
                Schedule.multiStep(RATE, List.of(0.05, 0.5), 0.1),
                Schedule.exponential(RATE, 0.2, 0.5),
                Schedule.polynomial(RATE, 0.01, 2),
                Schedule.cosine(RATE, 0.01),
                Schedule.cosineRestarts(RATE, 0, 0.1, 2),
                Schedule.triangular(RATE, 0, 0.2, 0.5));
        for (Schedule schedule : all) {
            assertSequence(
                    schedule.warmedUp(0.1), step -> schedule.rate(step, STEPS) * (step < 10 ? (step + 1) / 10.0 : 1));
        }
    }

    @Test
    void periodsShorterThanAStepAreOneStep() {
        assertEquals(0.25, Schedule.step(1, 1e-9, 0.5).rate(2, STEPS));
        assertEquals(1, Schedule.cosineRestarts(1, 0, 1e-9, 1).rate(57, STEPS));
    }

    @Test
    void aTriangleHasAtLeastOneStepUpAndOneDown() {
        Schedule shortest = Schedule.triangular(1, 0.1, 1e-9, 1);
        assertEquals(0.1, shortest.rate(56, STEPS), 1e-15);
        assertEquals(1, shortest.rate(57, STEPS), 1e-15);
    }

    /** A rate made from the one before it. */
    private static final class Chain implements LongToDoubleFunction {
        private interface Next {
            double rate(long step, double before);
        }

        private final List<Double> rates = new ArrayList<>(List.of(RATE));

        Chain(Next next) {
            for (long step = 1; step < STEPS; step++) {
                rates.add(next.rate(step, rates.get(rates.size() - 1)));
            }
        }

        @Override
        public double applyAsDouble(long step) {
            return rates.get((int) step);
        }
    }

    private static void assertSequence(Schedule schedule, LongToDoubleFunction expected) {
        for (long step = 0; step < STEPS; step++) {
            assertEquals(expected.applyAsDouble(step), schedule.rate(step, STEPS), 1e-12, "step " + step);
        }
    }
}
