package dev.convoy.torch;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.op.Adjoints;
import dev.convoy.op.BatchNorm;
import dev.convoy.op.GroupNorm;
import dev.convoy.op.InstanceNorm;
import dev.convoy.op.LayerNorm;
import dev.convoy.random.RandomKey;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The normalisations next to PyTorch's in float64, output and all three gradients, over random shapes, means and scales. */
class NormalizationOracleTest {
    private static final int CASES = 100;
    private static final float EPSILON = 1e-5f;
    private static final String NCHW = "x = torch.permute(x, [0, 3, 1, 2])\n";
    private static final String NHWC = "return torch.permute(y, [0, 2, 3, 1])";

    @Test
    void batchNorm() {
        cases("batch norm", (random, shape) -> {
            Torch torch = Torch.function(
                    "x, gamma, beta",
                    NCHW + "y = torch.batch_norm(x, gamma, beta, None, None, True, 0.1, " + (double) EPSILON
                            + ", False)\n" + NHWC);
            return compare(torch, random, shape, Shape.of(shape.extent(3)), (tape, in) -> BatchNorm.train(
                            tape, in.get(0), in.get(1), in.get(2), EPSILON)
                    .output());
        });
    }

    @Test
    void layerNorm() {
        cases("layer norm", (random, shape) -> {
            int axes = random.between("axes", 1, 3);
            int[] last = new int[axes];
            for (int i = 0; i < axes; i++) {
                last[i] = shape.extent(4 - axes + i);
            }
            Shape over = Shape.of(last);
            if (over.size() < 4) {
                return 0;
            }
            Torch torch = Torch.function(
                    "x, gamma, beta",
                    "return torch.layer_norm(x, " + over + ", gamma, beta, " + (double) EPSILON + ", False)");
            return compare(
                    torch,
                    random,
                    shape,
                    over,
                    (tape, in) -> LayerNorm.apply(tape, in.get(0), in.get(1), in.get(2), EPSILON));
        });
    }

    @Test
    void groupNorm() {
        cases("group norm", (random, shape) -> {
            int channels = shape.extent(3);
            int groups = random.between("groups", 1, channels);
            while (channels % groups != 0) {
                groups--;
            }
            int chosen = groups;
            Torch torch = Torch.function(
                    "x, gamma, beta",
                    NCHW + "y = torch.group_norm(x, " + chosen + ", gamma, beta, " + (double) EPSILON + ", False)\n"
                            + NHWC);
            return compare(
                    torch,
                    random,
                    shape,
                    Shape.of(channels),
                    (tape, in) -> GroupNorm.apply(tape, in.get(0), chosen, in.get(1), in.get(2), EPSILON));
        });
    }

    /**
     * Asked in three dimensions: for a single image in four, laid out channels last, libtorch 2.7.1 returns an input gradient that
     * central differences refute ({@code NormalizationTest.instanceNormInInputScaleAndShift} has that case too).
     */
    @Test
    void instanceNorm() {
        cases("instance norm", (random, shape) -> {
            int pixels = shape.extent(1) * shape.extent(2);
            Torch torch = Torch.function(
                    "x, gamma, beta",
                    "x = torch.permute(torch.reshape(x, "
                            + Shape.of(shape.extent(0), pixels, shape.extent(3))
                            + "), [0, 2, 1])\n"
                            + "y = torch.instance_norm(x, gamma, beta, None, None, True, 0.1, " + (double) EPSILON
                            + ", False)\n"
                            + "return torch.reshape(torch.permute(y, [0, 2, 1]), " + shape + ")");
            return compare(
                    torch,
                    random,
                    shape,
                    Shape.of(shape.extent(3)),
                    (tape, in) -> InstanceNorm.apply(tape, in.get(0), in.get(1), in.get(2), EPSILON));
        });
    }

    /** The numbers of one case: a function of the seed and their name. */
    private record Draw(RandomKey key) {
        int between(String name, int least, int most) {
            return least + (int) (key.with(name).uniform(0) * (most - least + 1));
        }
    }

    private interface Case {
        double run(Draw draw, Shape shape);
    }

    private static void cases(String name, Case test) {
        double worst = 0;
        for (int seed = 0; seed < CASES; seed++) {
            Draw draw = new Draw(RandomKey.of(seed, name));
            Shape shape = Shape.of(
                    draw.between("n", 1, 4),
                    draw.between("h", 2, 7),
                    draw.between("w", 2, 7),
                    draw.between("c", 1, 20));
            try {
                worst = Math.max(worst, test.run(draw, shape));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(name + ", seed " + seed + ", input " + shape + ": " + e.getMessage(), e);
            }
        }
        System.out.printf("%s: %d cases, worst relative error %.2g%n", name, CASES, worst);
    }

    private static double compare(Torch torch, Draw draw, Shape shape, Shape parameters, Operation operation) {
        Tensor x = values(draw, "x", shape, 0.5 + draw.between("spread", 0, 4), draw.between("mean", -3, 3));
        Tensor gamma = values(draw, "gamma", parameters, 1, 0);
        Tensor beta = values(draw, "beta", parameters, 1, 0);
        List<Tensor> gradients = new ArrayList<>();
        List<Variable> variables = new ArrayList<>();
        Tape tape = Tape.recording(new Workspace(), Adjoints.kernels());
        for (Tensor input : List.of(x, gamma, beta)) {
            Tensor gradient = Tensor.zeros(input.shape().toArray());
            gradients.add(gradient);
            variables.add(tape.parameter(input, gradient));
        }
        Variable y = operation.apply(tape, variables);
        Tensor dy = values(draw, "dy", shape, 1, 0);
        tape.backward(y, dy);
        return torch.backward(dy, x, gamma, beta).assertClose("normalised", y.value(), gradients, 1e-5);
    }

    private static Tensor values(Draw draw, String name, Shape shape, double spread, double mean) {
        Tensor values = Tensor.zeros(shape.toArray());
        for (int i = 0; i < values.size(); i++) {
            values.array()[i] = (float) (draw.key().with(name).gaussian(i) * spread + mean);
        }
        return values;
    }
}
