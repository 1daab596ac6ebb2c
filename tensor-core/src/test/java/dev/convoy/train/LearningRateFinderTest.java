package dev.convoy.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.data.BatchPlan;
import dev.convoy.data.ImageBlock;
import dev.convoy.data.Samples;
import dev.convoy.nn.Network;
import dev.convoy.nn.model.ModelZoo;
import dev.convoy.tensor.Shape;
import dev.convoy.train.LearningRateFinder.Range;
import dev.convoy.train.RateCurve.Point;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

class LearningRateFinderTest {
    private static final Range RANGE = new Range(1e-3, 10, 41);
    private final Network network = ModelZoo.build("mlp", Shape.of(8, 8, 1), 10);

    @Test
    void theRateGrowsByTheSameFactorAtEachStepFromTheFirstToTheLast() {
        for (int stepsPerEpoch : new int[] {1, 7, 41, 1000}) {
            List<Point> points = find(stepsPerEpoch, step -> 1).points();
            assertEquals(41, points.size());
            for (int i = 0; i < 41; i++) {
                double expected = 1e-3 * Math.pow(1e4, i / 40.0);
                assertEquals(expected, points.get(i).rate(), 1e-9 * expected);
            }
        }
    }

    @Test
    void aLossThatLeavesItsBestFarBehindEndsTheTest() {
        RateCurve curve = find(7, step -> step < 20 ? 2 - 0.05 * step : step - 15);
        assertTrue(curve.diverged());
        assertTrue(
                curve.points().size() > 22 && curve.points().size() < 32,
                "" + curve.points().size());
    }

    @Test
    void aLossThatIsNoNumberEndsTheTestToo() {
        RateCurve curve = find(7, step -> step < 12 ? 2 - 0.1 * step : Double.NaN);
        assertTrue(curve.diverged());
        assertEquals(12, curve.points().size());
        assertThrows(DivergedException.class, () -> find(7, step -> Double.POSITIVE_INFINITY));
    }

    /** A valley of the form |t - 30|, steeper between 10 and 14. */
    @Test
    void theRateWhereTheLossFallsFastestIsFoundAndATenthOfThatOfTheLowest() {
        RateCurve curve =
                find(7, step -> 40 + Math.abs(step - 30) + (step <= 10 ? 20 : step < 14 ? 5.0 * (14 - step) : 0));
        Point lowest = curve.points().get(30);
        assertEquals(lowest, curve.lowest());
        assertEquals(lowest.rate() / 10, curve.careful());
        assertFalse(curve.stillFalls());
        double steepest = curve.steepest().rate();
        assertTrue(steepest >= curve.points().get(10).rate()
                && steepest <= curve.points().get(14).rate());
        assertTrue(curve.fell());
        assertFalse(curve.diverged());
    }

    /** Down evenly until 20, up to 22 and back steeply until 26, then down a little more. */
    @Test
    void recoveringFromABumpIsNoFall() {
        RateCurve curve = find(
                7,
                step -> step <= 20
                        ? 60 - step
                        : step <= 22 ? 40 + 8 * (step - 20) : step <= 26 ? 56 - 4.2 * (step - 22) : 39.2 + step - 26);
        assertTrue(curve.lowest().rate() > curve.points().get(23).rate());
        double steepest = curve.steepest().rate();
        assertTrue(steepest < curve.points().get(20).rate(), "" + steepest);
    }

    @Test
    void aLossThatOnlyRisesHasNothingToSuggest() {
        assertFalse(find(7, step -> 1 + 0.01 * step).fell());
    }

    @Test
    void aLossThatFallsToTheEndAsksForHigherRates() {
        assertTrue(find(7, step -> 3 - 0.01 * step).stillFalls());
    }

    @Test
    void smoothingShiftsNothing() {
        List<Double> rates = List.of(1.0, 2.0, 4.0, 8.0, 16.0);
        RateCurve curve = RateCurve.of(rates, List.of(5.0, 3.0, 1.0, 3.0, 5.0), false);
        assertEquals(4, curve.lowest().rate());
        assertEquals(
                List.of(5.0, 3.0, 7 / 3.0, 3.0, 5.0),
                curve.points().stream().map(Point::smoothed).toList());
    }

    @Test
    void aRealNetworkLearnsAndThenDivergesWithTheSameBitsEachTime() {
        ImageBlock train = Samples.mnist("train");
        RunConfig config = RunConfig.defaults()
                .with("model.name", "mlp")
                .with("train.evaluate-every", 1)
                .with("schedule.name", "plateau")
                .with("early-stopping.patience", 1)
                .with("optimizer.lookahead", 5)
                .with("train.batch-size", 64);
        LocalWorkers workers = new LocalWorkers(config, train, train.slice(0, 10));
        ModelState first = ModelState.initial(workers.network(), 1);
        Range range = new Range(1e-4, 1e4, 80);
        RateCurve curve = LearningRateFinder.find(
                config, range, workers.network(), workers.plan(), workers, List.of(), copy(first));
        assertTrue(curve.diverged());
        assertTrue(curve.fell());
        assertTrue(
                curve.steepest().rate() > 1e-3 && curve.steepest().rate() < 1,
                "" + curve.steepest().rate());
        assertEquals(
                curve,
                LearningRateFinder.find(
                        config, range, workers.network(), workers.plan(), workers, List.of(), copy(first)));
    }

    @Test
    void rangesThatAreNoneAreRefused() {
        assertThrows(InvalidSettingException.class, () -> new Range(0, 1, 100));
        assertThrows(InvalidSettingException.class, () -> new Range(1, 1, 100));
        assertThrows(InvalidSettingException.class, () -> new Range(1e-5, 1, 9));
        assertThrows(InvalidSettingException.class, () -> new Range(1e-5, Double.POSITIVE_INFINITY, 10));
    }

    private static ModelState copy(ModelState state) {
        return new ModelState(state.weights().clone(), state.buffers().clone());
    }

    /** @param loss of each step */
    private RateCurve find(int stepsPerEpoch, LongToDoubleFunction loss) {
        Workers workers = new Workers() {
            private long step;

            @Override
            public GradientSum gradient(ModelState state, int epoch, int stepOfEpoch) {
                float[] gradient = new float[network.weights().size()];
                return new GradientSum(2, 2 * loss.applyAsDouble(step++), 1, gradient, new float[0]);
            }

            @Override
            public Evaluation evaluate(ModelState state, Split split) {
                throw new AssertionError("a range test evaluates nothing");
            }
        };
        BatchPlan plan = new BatchPlan(1, 4L * stepsPerEpoch, 4, 1);
        return LearningRateFinder.find(
                RunConfig.defaults().with("model.name", "mlp"),
                RANGE,
                network,
                plan,
                workers,
                List.of(),
                ModelState.initial(network, 1));
    }
}
