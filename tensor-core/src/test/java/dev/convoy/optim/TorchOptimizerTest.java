package dev.convoy.optim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Fifty steps along the same gradients as PyTorch's optimizers in float64: its own fused kernels where it has them, else its
 * documented algorithm. The fused kernels are asked in the form that returns new tensors: TorchScript drops the in-place one, whose
 * results it thinks nobody reads. Two slices stand for two parameter groups, each with a decay and a rate of its own.
 */
class TorchOptimizerTest {
    private static final int CONFIGURATIONS = 20;
    private static final int STEPS = 50;
    private static final int SIZE = 33;
    private static final int SPLIT = 17;
    private static final double TOLERANCE = 1e-5;

    /** Settings of one run, all drawn at random. */
    private record Draw(RandomKey key, double rate, double weightDecay) {
        static Draw of(String optimizer, int configuration) {
            RandomKey key = RandomKey.of(configuration, optimizer);
            return new Draw(key, 0.001 + 0.05 * key.uniform(0), configuration % 3 == 0 ? 0 : 0.1 * key.uniform(1));
        }

        double between(int index, double low, double high) {
            return low + (high - low) * key.uniform(index);
        }

        boolean flag(int index) {
            return key.uniform(index) < 0.5;
        }

        List<ParameterSlice> slices() {
            return List.of(
                    new ParameterSlice("decayed", 0, SPLIT, weightDecay, 1, true),
                    new ParameterSlice("slow", SPLIT, SIZE - SPLIT, 0, 0.5, true));
        }
    }

    /** The body of a loop over the steps, in which {@code p} is stepped along {@code g}; between %s the settings of the slice. */
    private static Torch torch(String before, String step) {
        return Torch.function("w, gradients", """
                p = torch.clone(torch.detach(w))
                t = torch.zeros([])
                %s
                for i in range(%d):
                  g = torch.detach(torch.select(gradients, 0, i))
                  t = torch.add(t, 1)
                %s
                return p
                """.formatted(
                        before.strip(), STEPS, step.strip().indent(2).stripTrailing()));
    }

    private interface Script {
        Torch of(double rate, double weightDecay);
    }

    private static double compare(Optimizer optimizer, Draw draw, Script script) {
        float[] weights = gaussian(draw.key().with("weights"), SIZE);
        float[] gradients = gaussian(draw.key().with("gradients"), STEPS * SIZE);
        double worst = 0;
        double[][] expected = new double[2][];
        for (int slice = 0; slice < 2; slice++) {
            int from = slice == 0 ? 0 : SPLIT;
            int to = slice == 0 ? SPLIT : SIZE;
            float[] part = new float[STEPS * (to - from)];
            for (int t = 0; t < STEPS; t++) {
                System.arraycopy(gradients, t * SIZE + from, part, t * (to - from), to - from);
            }
            expected[slice] = script.of(
                            slice == 0 ? (float) draw.rate() : 0.5 * (float) draw.rate(),
                            slice == 0 ? draw.weightDecay() : 0)
                    .forward(
                            new Tensor(Arrays.copyOfRange(weights, from, to), 0, Shape.of(to - from)),
                            new Tensor(part, 0, Shape.of(STEPS, to - from)))
                    .value();
        }
        for (int t = 0; t < STEPS; t++) {
            optimizer.step(weights, Arrays.copyOfRange(gradients, t * SIZE, (t + 1) * SIZE), (float) draw.rate());
        }
        worst = Math.max(worst, Torch.error(new Tensor(weights, 0, Shape.of(SPLIT)), expected[0]));
        return Math.max(worst, Torch.error(new Tensor(weights, SPLIT, Shape.of(SIZE - SPLIT)), expected[1]));
    }

    private static void assertClose(String name, int configuration, double error) {
        assertTrue(error <= TOLERANCE, name + ", configuration " + configuration + ": " + error);
    }

    private static float[] gaussian(RandomKey key, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) key.gaussian(i);
        }
        return values;
    }

    private static String format(String template, Object... arguments) {
        return String.format(Locale.ROOT, template, arguments);
    }

    @Test
    void sgdIsTorchs() {
        for (int c = 0; c < CONFIGURATIONS; c++) {
            Draw draw = Draw.of("sgd", c);
            double momentum = draw.between(2, 0.1, 0.95);
            boolean nesterov = draw.flag(3);
            Sgd sgd = new Sgd(SIZE, draw.slices(), WeightDecay.COUPLED, momentum, nesterov);
            double error = compare(
                    sgd,
                    draw,
                    (rate, decay) -> torch(
                            "v = torch.zeros_like(p)",
                            format(
                                    "ps, gs, vs = torch._fused_sgd([p], [g], [v], weight_decay=%.17e, momentum=%.17e, lr=%.17e, dampening=0., "
                                            + "nesterov=%s, maximize=False, is_first_step=torch.eq(i, 0))\np = ps[0]\nv = vs[0]",
                                    decay, momentum, rate, nesterov ? "True" : "False")));
            assertClose("sgd", c, error);
        }
    }

    @Test
    void sgdWithoutMomentumIsTorchs() {
        for (int c = 0; c < CONFIGURATIONS; c++) {
            Draw draw = Draw.of("plain sgd", c);
            Sgd sgd = new Sgd(SIZE, draw.slices(), WeightDecay.COUPLED, 0, false);
            double error = compare(
                    sgd,
                    draw,
                    (rate, decay) -> torch(
                            "",
                            format(
                                    "ps, gs, vs = torch._fused_sgd([p], [g], annotate(List[Tensor], []), weight_decay=%.17e, momentum=0., lr=%.17e, "
                                            + "dampening=0., nesterov=False, maximize=False, is_first_step=False)\np = ps[0]",
                                    decay, rate)));
            assertClose("sgd without momentum", c, error);
        }
    }

    @Test
    void adamIsTorchs() {
        for (int c = 0; c < CONFIGURATIONS; c++) {
            assertClose("adam", c, adam(WeightDecay.COUPLED, "adam", c));
        }
    }

    @Test
    void adamWIsTorchs() {
        for (int c = 0; c < CONFIGURATIONS; c++) {
            assertClose("adamw", c, adam(WeightDecay.DECOUPLED, "adamw", c));
        }
    }

    private static double adam(WeightDecay kind, String name, int configuration) {
        Draw draw = Draw.of(name, configuration);
        double beta1 = draw.between(2, 0.5, 0.95);
        double beta2 = draw.between(3, 0.9, 0.999);
        double epsilon = draw.flag(4) ? 1e-8 : 1e-3;
        Adam adam = new Adam(SIZE, draw.slices(), kind, beta1, beta2, epsilon);
        return compare(
                adam,
                draw,
                (rate, decay) -> torch(
                        "m = torch.zeros_like(p)\nv = torch.zeros_like(p)",
                        format(
                                "ps, gs, ms, vs, xs = torch._fused_%s([p], [g], [m], [v], annotate(List[Tensor], []), [t], lr=%.17e, beta1=%.17e, "
                                        + "beta2=%.17e, weight_decay=%.17e, eps=%.17e, amsgrad=False, maximize=False)\np = ps[0]\nm = ms[0]\nv = vs[0]",
                                name, rate, beta1, beta2, decay, epsilon)));
    }

    @Test
    void adagradIsTorchs() {
        for (int c = 0; c < CONFIGURATIONS; c++) {
            Draw draw = Draw.of("adagrad", c);
            double rateDecay = draw.flag(2) ? 0 : draw.between(3, 0, 0.1);
            Adagrad adagrad = new Adagrad(SIZE, draw.slices(), WeightDecay.COUPLED, rateDecay, 1e-10);
            double error = compare(
                    adagrad,
                    draw,
                    (rate, decay) -> torch(
                            "s = torch.zeros_like(p)",
                            format(
                                    "ps, gs, ss, ts = torch._fused_adagrad([p], [g], [s], [t], lr=%.17e, lr_decay=%.17e, weight_decay=%.17e, "
                                            + "eps=1e-10, maximize=False)\np = ps[0]\ns = ss[0]",
                                    rate, rateDecay, decay)));
            assertClose("adagrad", c, error);
        }
    }

    /** There is no fused kernel: the algorithm of torch.optim.RMSprop's documentation. */
    @Test
    void rmsPropIsTorchs() {
        for (int c = 0; c < CONFIGURATIONS; c++) {
            Draw draw = Draw.of("rmsprop", c);
            double alpha = draw.between(2, 0.8, 0.99);
            double momentum = draw.flag(3) ? 0 : draw.between(4, 0, 0.95);
            boolean centered = draw.flag(5);
            double epsilon = draw.flag(6) ? 1e-8 : 1e-2;
            RmsProp rmsProp = new RmsProp(SIZE, draw.slices(), WeightDecay.COUPLED, alpha, epsilon, momentum, centered);
            double error = compare(
                    rmsProp,
                    draw,
                    (rate, decay) -> torch(
                            "s = torch.zeros_like(p)\nm = torch.zeros_like(p)\nb = torch.zeros_like(p)",
                            format(
                                    """
                            g = torch.add(g, torch.mul(p, %.17e))
                            s = torch.add(torch.mul(s, %.17e), torch.mul(torch.mul(g, g), %.17e))
                            m = torch.add(torch.mul(m, %.17e), torch.mul(g, %.17e))
                            u = torch.sub(s, torch.mul(torch.mul(m, m), %s))
                            b = torch.add(torch.mul(b, %.17e), torch.div(g, torch.add(torch.sqrt(u), %.17e)))
                            p = torch.sub(p, torch.mul(b, %.17e))
                            """,
                                    decay,
                                    alpha,
                                    1 - alpha,
                                    alpha,
                                    1 - alpha,
                                    centered ? "1." : "0.",
                                    momentum,
                                    epsilon,
                                    rate)));
            assertClose("rmsprop", c, error);
        }
    }
}
