package dev.convoy.op;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** The normalisations next to PyTorch's in float64, output and all three gradients, over random shapes, means and scales. */
class NormalizationOracleTest {
    private static final int CASES = 100;
    private static final float EPSILON = 1e-5f;
    private static final String NCHW = "x = torch.permute(x, [0, 3, 1, 2])\n";
    private static final String NHWC = "return torch.permute(y, [0, 2, 3, 1])";

    @Test
    void batchNorm() {
        cases("batch norm", (draw, shape) -> {
            Torch torch = Torch.function(
                    "x, gamma, beta",
                    NCHW + "y = torch.batch_norm(x, gamma, beta, None, None, True, 0.1, " + (double) EPSILON
                            + ", False)\n" + NHWC);
            compare(torch, draw, shape, Shape.of(shape.extent(3)), (tape, in) -> BatchNorm.train(
                            tape, in.get(0), in.get(1), in.get(2), EPSILON)
                    .output());
        });
    }

    /** As in evaluation, or where the statistics of a layer are frozen: a fixed affine map, through which gradients flow. */
    @Test
    void batchNormByGivenStatistics() {
        cases("batch norm by given statistics", (draw, shape) -> {
            Torch torch = Torch.function(
                    "x, gamma, beta",
                    NCHW + "y = torch.batch_norm(x, gamma, beta, torch.full_like(gamma, 0.25), "
                            + "torch.full_like(gamma, 1.75), False, 0.1, " + (double) EPSILON + ", False)\n" + NHWC);
            Tensor mean = Tensor.zeros(shape.extent(3));
            Arrays.fill(mean.array(), 0.25f);
            Tensor variance = Tensor.zeros(shape.extent(3));
            Arrays.fill(variance.array(), 1.75f);
            compare(
                    torch,
                    draw,
                    shape,
                    Shape.of(shape.extent(3)),
                    (tape, in) -> BatchNorm.evaluate(tape, in.get(0), in.get(1), in.get(2), mean, variance, EPSILON));
        });
    }

    @Test
    void layerNorm() {
        cases("layer norm", (draw, shape) -> {
            int axes = 1 + draw.below(3);
            int[] last = new int[axes];
            for (int i = 0; i < axes; i++) {
                last[i] = shape.extent(4 - axes + i);
            }
            Shape over = Shape.of(last);
            Torch torch = Torch.function(
                    "x, gamma, beta",
                    "return torch.layer_norm(x, " + over + ", gamma, beta, " + (double) EPSILON + ", False)");
            compare(
                    torch,
                    draw,
                    shape,
                    over,
                    (tape, in) -> LayerNorm.apply(tape, in.get(0), in.get(1), in.get(2), EPSILON));
        });
    }

    @Test
    void groupNorm() {
        cases("group norm", (draw, shape) -> {
            int channels = shape.extent(3);
            int groups = 1 + draw.below(channels);
            while (channels % groups != 0) {
                groups--;
            }
            int chosen = groups;
            Torch torch = Torch.function(
                    "x, gamma, beta",
                    NCHW + "y = torch.group_norm(x, " + chosen + ", gamma, beta, " + (double) EPSILON + ", False)\n"
                            + NHWC);
            compare(
                    torch,
                    draw,
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
        cases("instance norm", (draw, shape) -> {
            int pixels = shape.extent(1) * shape.extent(2);
            Torch torch = Torch.function(
                    "x, gamma, beta",
                    "x = torch.permute(torch.reshape(x, "
                            + Shape.of(shape.extent(0), pixels, shape.extent(3))
                            + "), [0, 2, 1])\n"
                            + "y = torch.instance_norm(x, gamma, beta, None, None, True, 0.1, " + (double) EPSILON
                            + ", False)\n"
                            + "return torch.reshape(torch.permute(y, [0, 2, 1]), " + shape + ")");
            compare(
                    torch,
                    draw,
                    shape,
                    Shape.of(shape.extent(3)),
                    (tape, in) -> InstanceNorm.apply(tape, in.get(0), in.get(1), in.get(2), EPSILON));
        });
    }

    /** At least four channels: the gradient of a single scale is one sum, which may cancel down to its rounding. */
    private static void cases(String name, BiConsumer<Draw, Shape> test) {
        Draw.cases(
                name,
                CASES,
                draw -> test.accept(
                        draw, Shape.of(1 + draw.below(4), 2 + draw.below(6), 2 + draw.below(6), 4 + draw.below(17))));
    }

    private static void compare(Torch torch, Draw draw, Shape shape, Shape parameters, Operation operation) {
        Tensor x = draw.tensor(shape);
        float spread = 0.5f + draw.below(5);
        float mean = draw.below(7) - 3;
        for (int i = 0; i < x.size(); i++) {
            x.array()[i] = x.array()[i] * spread + mean;
        }
        Tensor gamma = draw.tensor(parameters);
        Tensor beta = draw.tensor(parameters);
        List<Tensor> gradients = new ArrayList<>();
        List<Variable> variables = new ArrayList<>();
        Tape tape = Tape.recording(new Workspace(), Adjoints.kernels());
        for (Tensor input : List.of(x, gamma, beta)) {
            Tensor gradient = Tensor.zeros(input.shape().toArray());
            gradients.add(gradient);
            variables.add(tape.parameter(input, gradient));
        }
        Variable y = operation.apply(tape, variables);
        Tensor dy = draw.tensor(shape);
        tape.backward(y, dy);
        torch.backward(dy, x, gamma, beta).assertClose("normalised", y.value(), gradients, 1e-5);
    }
}
