package dev.convoy.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The optimizers PyTorch does not have, against the formulas of their papers in double, written out a second time, over fifty steps. */
class LayerwiseTest {
    private static final int CONFIGURATIONS = 20;
    private static final int STEPS = 50;
    private static final int SIZE = 40;
    /** Two layers, a bias that is not adapted, a frozen one. */
    private static final int[] BOUNDS = {0, 18, 30, 35, 40};

    private static List<ParameterSlice> slices(double decay) {
        return List.of(
                new ParameterSlice("layer1", BOUNDS[0], BOUNDS[1], decay, 1, true),
                new ParameterSlice("layer2", BOUNDS[1], BOUNDS[2] - BOUNDS[1], decay, 0.5, true),
                new ParameterSlice("bias", BOUNDS[2], BOUNDS[3] - BOUNDS[2], 0, 1, false));
    }

    private interface Formula {
        /** One step of a slice, in place on {@code w}. */
        void step(ParameterSlice slice, double[] w, double[] g, int t, double rate);
    }

    private static void compare(String name, Optimizer optimizer, double decay, RandomKey key, Formula formula) {
        float[] weights = gaussian(key.with("weights"));
        float[] first = weights.clone();
        double[] expected = doubles(weights);
        double rate = (float) (0.01 + 0.05 * key.uniform(9));
        for (int t = 1; t <= STEPS; t++) {
            float[] gradient = gaussian(key.with(t));
            for (ParameterSlice slice : slices(decay)) {
                double[] w = Arrays.copyOfRange(expected, slice.offset(), slice.end());
                double[] g = Arrays.copyOfRange(doubles(gradient), slice.offset(), slice.end());
                formula.step(slice, w, g, t, rate * slice.rateFactor());
                System.arraycopy(w, 0, expected, slice.offset(), w.length);
            }
            optimizer.step(weights, gradient, (float) rate);
        }
        double error = Torch.error(new Tensor(weights, 0, Shape.of(SIZE)), expected);
        assertTrue(error <= 1e-5, name + ": " + error);
        assertArrayEquals(
                Arrays.copyOfRange(first, BOUNDS[3], SIZE),
                Arrays.copyOfRange(weights, BOUNDS[3], SIZE),
                name + " moved weights outside of every slice");
    }

    @Test
    void larsIsAlgorithmOneOfItsPaper() {
        for (int c = 0; c < CONFIGURATIONS; c++) {
            RandomKey key = RandomKey.of(c, "lars");
            double momentum = 0.95 * key.uniform(0);
            double trust = 0.001 + 0.02 * key.uniform(1);
            double decay = c % 3 == 0 ? 0 : 0.1 * key.uniform(2);
            double[] velocity = new double[SIZE];
            compare("lars " + c, new Lars(SIZE, slices(decay), momentum, trust), decay, key, (slice, w, g, t, rate) -> {
                double beta = slice.weightDecay();
                double lambda = slice.adapted() ? trust * norm(w) / (norm(g) + beta * norm(w)) : 1;
                for (int i = 0; i < w.length; i++) {
                    int at = slice.offset() + i;
                    velocity[at] = momentum * velocity[at] + rate * lambda * (g[i] + beta * w[i]);
                    w[i] -= velocity[at];
                }
            });
        }
    }

    @Test
    void lambIsAlgorithmTwoOfItsPaper() {
        for (int c = 0; c < CONFIGURATIONS; c++) {
            RandomKey key = RandomKey.of(c, "lamb");
            double beta1 = 0.5 + 0.45 * key.uniform(0);
            double beta2 = 0.9 + 0.099 * key.uniform(1);
            double decay = c % 3 == 0 ? 0 : 0.1 * key.uniform(2);
            double[] m = new double[SIZE];
            double[] v = new double[SIZE];
            compare(
                    "lamb " + c,
                    new Lamb(SIZE, slices(decay), beta1, beta2, 1e-6),
                    decay,
                    key,
                    (slice, w, g, t, rate) -> {
                        double[] u = new double[w.length];
                        for (int i = 0; i < w.length; i++) {
                            int at = slice.offset() + i;
                            m[at] = beta1 * m[at] + (1 - beta1) * g[i];
                            v[at] = beta2 * v[at] + (1 - beta2) * g[i] * g[i];
                            double unbiasedMean = m[at] / (1 - Math.pow(beta1, t));
                            double unbiasedSquare = v[at] / (1 - Math.pow(beta2, t));
                            u[i] = unbiasedMean / (Math.sqrt(unbiasedSquare) + 1e-6) + slice.weightDecay() * w[i];
                        }
                        double ratio = slice.adapted() ? norm(w) / norm(u) : 1;
                        for (int i = 0; i < w.length; i++) {
                            w[i] -= rate * ratio * u[i];
                        }
                    });
        }
    }

    @Test
    void aParameterOrGradientOfZerosMovesAsIfItsNormWereFine() {
        List<ParameterSlice> whole = List.of(ParameterSlice.whole(2, 0));
        for (Optimizer optimizer : List.of(new Lars(2, whole, 0, 0.001), new Lamb(2, whole, 0, 0, 1e-8))) {
            float[] weights = new float[2];
            optimizer.step(weights, new float[] {0, 0}, 0.5f);
            assertArrayEquals(new float[2], weights);
            optimizer.step(weights, new float[] {1, -1}, 0.5f);
            assertArrayEquals(new float[] {-0.5f, 0.5f}, weights, 1e-6f);
        }
    }

    /** Adam's mean of a gradient that has become 0 shrinks step by step; the ratio of norms must not grow beyond a float instead. */
    @Test
    void aParameterWithoutGradientStaysFiniteForever() {
        List<ParameterSlice> whole = List.of(ParameterSlice.whole(2, 0));
        for (Optimizer optimizer : List.of(new Lars(2, whole, 0, 10), new Lamb(2, whole, 0.9, 0.999, 1e-6))) {
            float[] weights = {3, -4};
            optimizer.step(weights, new float[] {1, 1}, 0.01f);
            for (int t = 0; t < 1200; t++) {
                optimizer.step(weights, new float[2], 0.01f);
            }
            optimizer.step(weights, new float[] {1e-44f, 1e-44f}, 0.01f);
            assertTrue(Float.isFinite(weights[0]) && Float.isFinite(weights[1]), Arrays.toString(weights));
        }
    }

    @Test
    void lookaheadReturnsToItsSlowWeightsAfterEveryKthStep() {
        int every = 5;
        double share = 0.3;
        float[] weights = gaussian(RandomKey.of(1, "lookahead"));
        double[] fast = doubles(weights);
        double[] slow = fast.clone();
        Sgd sgd = new Sgd(SIZE, List.of(ParameterSlice.whole(SIZE, 0)), WeightDecay.COUPLED, 0, false);
        Lookahead lookahead = new Lookahead(sgd, weights, every, share);
        for (int t = 1; t <= STEPS + 2; t++) {
            float[] gradient = gaussian(RandomKey.of(t, "gradient"));
            for (int i = 0; i < SIZE; i++) {
                fast[i] -= 0.1f * (double) gradient[i];
            }
            lookahead.step(weights, gradient, 0.1f);
            if (t % every == 0) {
                for (int i = 0; i < SIZE; i++) {
                    slow[i] += share * (fast[i] - slow[i]);
                    fast[i] = slow[i];
                }
            }
            assertTrue(Torch.error(new Tensor(weights, 0, Shape.of(SIZE)), fast) <= 1e-6, "fast, step " + t);
            float[] kept = lookahead.evaluated(weights);
            assertTrue(Torch.error(new Tensor(kept, 0, Shape.of(SIZE)), slow) <= 1e-6, "slow, step " + t);
        }
        assertEquals(2, lookahead.state().get("ahead")[0]);
        assertSame(sgd.state().get("velocity"), lookahead.state().get("velocity"));
    }

    @Test
    void theAverageForgetsItsFirstValues() {
        double decay = 0.9;
        float[] values = gaussian(RandomKey.of(1, "average"));
        double[] expected = doubles(values);
        WeightAverage average = new WeightAverage(values, decay);
        for (int t = 0; t < 200; t++) {
            values = gaussian(RandomKey.of(t, "values"));
            double d = Math.min(decay, (1.0 + t) / (10 + t));
            for (int i = 0; i < SIZE; i++) {
                expected[i] = d * expected[i] + (1 - d) * values[i];
            }
            average.update(values);
        }
        assertTrue(Torch.error(new Tensor(average.values(), 0, Shape.of(SIZE)), expected) <= 1e-6);
        assertEquals(200, average.state().get("updates")[0]);
    }

    /** SGDW: Loshchilov and Hutter, algorithm 1, with the decay scaled by the rate as PyTorch scales AdamW's. */
    @Test
    void decoupledDecayShrinksWeightsBesideTheStep() {
        double[] velocity = new double[SIZE];
        Sgd sgd = new Sgd(SIZE, slices(0.1), WeightDecay.DECOUPLED, 0.9, false);
        compare("sgdw", sgd, 0.1, RandomKey.of(1, "sgdw"), (slice, w, g, t, rate) -> {
            for (int i = 0; i < w.length; i++) {
                int at = slice.offset() + i;
                velocity[at] = 0.9 * velocity[at] + g[i];
                w[i] -= rate * velocity[at] + rate * slice.weightDecay() * w[i];
            }
        });
    }

    /** Everything a run of an optimizer depends on is in its state: copied into a fresh one, it goes on with the same bits. */
    @Test
    void aCopyOfTheStateGoesOnWithTheSameBits() {
        List<ParameterSlice> slices = slices(0.01);
        List<List<Optimizer>> pairs = List.of(
                twice(() -> new Sgd(SIZE, slices, WeightDecay.COUPLED, 0.9, true)),
                twice(() -> new Adam(SIZE, slices, WeightDecay.DECOUPLED, 0.9, 0.99, 1e-8)),
                twice(() -> new Adagrad(SIZE, slices, WeightDecay.COUPLED, 0.1, 1e-10)),
                twice(() -> new RmsProp(SIZE, slices, WeightDecay.COUPLED, 0.9, 1e-8, 0.9, true)),
                twice(() -> new Lars(SIZE, slices, 0.9, 0.01)),
                twice(() -> new Lamb(SIZE, slices, 0.9, 0.99, 1e-6)),
                twice(() -> new Lookahead(
                        new Lamb(SIZE, slices, 0.9, 0.99, 1e-6), gaussian(RandomKey.of(0, "first")), 4, 0.5)));
        for (List<Optimizer> pair : pairs) {
            float[] weights = gaussian(RandomKey.of(0, "first"));
            run(pair.get(0), weights, 0, 7);
            float[] resumed = weights.clone();
            pair.get(0).state().forEach((name, values) -> {
                float[] copy = pair.get(1).state().get(name);
                System.arraycopy(values, 0, copy, 0, values.length);
            });
            run(pair.get(0), weights, 7, 20);
            run(pair.get(1), resumed, 7, 20);
            assertArrayEquals(weights, resumed, pair.get(0).getClass().getSimpleName());
        }
    }

    private static List<Optimizer> twice(Supplier<Optimizer> made) {
        return List.of(made.get(), made.get());
    }

    private static void run(Optimizer optimizer, float[] weights, int from, int to) {
        for (int t = from; t < to; t++) {
            optimizer.step(weights, gaussian(RandomKey.of(t, "gradient")), 0.05f);
        }
    }

    /** torch.nn.utils.clip_grad_value_ and then clip_grad_norm_, by the operations they are made of. */
    @Test
    void clippingIsTorchs() {
        for (double[] bounds : new double[][] {{0, 0}, {0, 2}, {0, 1000}, {0.5, 0}, {0.5, 1.5}, {0.5, 1000}}) {
            float[] gradient = gaussian(RandomKey.of(3, "clip"));
            Tensor given = new Tensor(gradient.clone(), 0, Shape.of(SIZE));
            String body = (bounds[0] == 0 ? "" : "g = torch.clamp(g, %s, %s)\n".formatted(-bounds[0], bounds[0]))
                    + (bounds[1] == 0 ? "" : """
                            n = torch.add(torch.linalg_vector_norm(g), 1e-6)
                            c = torch.clamp(torch.mul(torch.reciprocal(n), %s), None, 1.)
                            g = torch.mul(g, c)
                            """.formatted(bounds[1]))
                    + "return torch.mul(g, 1.)";
            double norm = GradientClip.norm(gradient);
            assertEquals(norm(doubles(gradient)), norm, 1e-15 * norm); // in another order
            new GradientClip(bounds[0], bounds[1]).apply(gradient, norm);
            Torch.function("g", body)
                    .forward(given)
                    .assertClose(Arrays.toString(bounds), new Tensor(gradient, 0, given.shape()), List.of(), 1e-6);
        }
    }

    @Test
    void theNormIsFiniteExactlyIfEveryElementIs() {
        assertTrue(Double.isFinite(GradientClip.norm(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE})));
        assertTrue(Double.isInfinite(GradientClip.norm(new float[] {1, Float.NEGATIVE_INFINITY})));
        assertTrue(Double.isNaN(GradientClip.norm(new float[] {1, Float.NaN})));
    }

    private static double norm(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private static float[] gaussian(RandomKey key) {
        float[] values = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            values[i] = (float) key.gaussian(i);
        }
        return values;
    }
}
