package dev.convoy.op;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import dev.convoy.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tensor operations and all their gradients against PyTorch in float64, over random shapes and axes. */
class TensorOracleTest {
    private static final double TOLERANCE = 1e-5;

    private static void assertAgrees(String name, Draw draw, String script, Operation operation, Tensor... inputs) {
        List<Tensor> all = List.of(inputs);
        StringBuilder names = new StringBuilder("a");
        for (int i = 1; i < inputs.length; i++) {
            names.append(", ").append((char) ('a' + i));
        }
        Torch torch = Torch.function(names.toString(), "return " + script);
        Tensor y = Adjoints.forward(operation, all);
        Tensor dy = draw.tensor(y.shape());
        List<Tensor> gradients = new ArrayList<>();
        for (int i = 0; i < inputs.length; i++) {
            gradients.add(Adjoints.gradient(operation, all, dy, i));
        }
        torch.backward(dy, inputs).assertClose(name + " " + script, y, gradients, TOLERANCE);
    }

    @Test
    void arithmetic() {
        Draw.cases("arithmetic", 20, draw -> {
            Shape shape = draw.shape();
            Tensor a = draw.tensor(draw.chance() ? shape : draw.stretchingTo(shape));
            Tensor b = ArithmeticTest.away(draw.tensor(a.shape().equals(shape) ? draw.stretchingTo(shape) : shape));
            String shapes = a.shape() + " and " + b.shape();
            assertAgrees(shapes, draw, "torch.add(a, b)", (tape, in) -> Add.apply(tape, in.get(0), in.get(1)), a, b);
            assertAgrees(
                    shapes, draw, "torch.sub(a, b)", (tape, in) -> Subtract.apply(tape, in.get(0), in.get(1)), a, b);
            assertAgrees(
                    shapes, draw, "torch.mul(a, b)", (tape, in) -> Multiply.apply(tape, in.get(0), in.get(1)), a, b);
            assertAgrees(shapes, draw, "torch.div(a, b)", (tape, in) -> Divide.apply(tape, in.get(0), in.get(1)), a, b);
            assertAgrees(
                    shapes, draw, "torch.maximum(a, b)", (tape, in) -> Maximum.apply(tape, in.get(0), in.get(1)), a, b);
            assertAgrees(
                    shapes, draw, "torch.minimum(a, b)", (tape, in) -> Minimum.apply(tape, in.get(0), in.get(1)), a, b);
            assertAgrees(
                    shapes,
                    draw,
                    "torch.neg(torch.div(torch.mul(torch.add(a, 3), 0.5), 7))",
                    (tape, in) -> Negate.apply(
                            tape, Divide.apply(tape, Multiply.apply(tape, Add.apply(tape, in.get(0), 3f), 0.5f), 7f)),
                    a);
        });
    }

    @Test
    void reductions() {
        Draw.cases("reductions", 40, draw -> {
            Tensor x = draw.tensor(draw.shape());
            int rank = x.shape().rank();
            int[] numbers = Arrays.copyOf(draw.order(rank), 1 + draw.below(rank));
            boolean keep = draw.chance();
            Axes axes = keep ? Axes.of(numbers).kept() : Axes.of(numbers);
            String name = x.shape() + "";
            String over = Arrays.toString(numbers) + ", " + (keep ? "True" : "False") + ")";
            assertAgrees(name, draw, "torch.sum(a, " + over, (tape, in) -> Sum.apply(tape, in.get(0), axes), x);
            assertAgrees(name, draw, "torch.mean(a, " + over, (tape, in) -> Mean.apply(tape, in.get(0), axes), x);
            assertAgrees(name, draw, "torch.amax(a, " + over, (tape, in) -> Max.apply(tape, in.get(0), axes), x);
            assertAgrees(name, draw, "torch.amin(a, " + over, (tape, in) -> Min.apply(tape, in.get(0), axes), x);
            int correction = axes.count("variance", x.shape()) > 1 ? draw.below(2) : 0;
            assertAgrees(
                    name,
                    draw,
                    "torch.var(a, " + Arrays.toString(numbers) + ", " + (correction == 1 ? "True" : "False") + ", "
                            + (keep ? "True" : "False") + ")",
                    (tape, in) -> Variance.apply(tape, in.get(0), axes, correction),
                    x);
        });
    }

    @Test
    void batchedProducts() {
        Draw.cases("products", 60, draw -> {
            Shape batch = draw.shape(draw.below(4));
            boolean whole = draw.chance();
            int m = 1 + draw.below(9);
            int k = 1 + draw.below(18);
            int n = 1 + draw.below(9);
            Tensor a = draw.tensor(BatchedMatMulTest.matrices(whole ? batch : draw.stretchingTo(batch), m, k));
            Tensor b = draw.tensor(BatchedMatMulTest.matrices(whole ? draw.stretchingTo(batch) : batch, k, n));
            assertAgrees(
                    a.shape() + " and " + b.shape(),
                    draw,
                    "torch.matmul(a, b)",
                    (tape, in) -> MatMul.apply(tape, in.get(0), in.get(1)),
                    a,
                    b);
        });
    }

    @Test
    void movements() {
        Draw.cases("movements", 20, draw -> {
            Tensor a = draw.tensor(draw.shape());
            Tensor b = draw.tensor(a.shape());
            int rank = a.shape().rank();
            String name = a.shape() + "";
            int[] order = draw.order(rank);
            assertAgrees(
                    name,
                    draw,
                    "torch.permute(a, " + Arrays.toString(order) + ")",
                    (tape, in) -> Permute.apply(tape, in.get(0), order),
                    a);
            int[] flipped = draw.axes(rank);
            assertAgrees(
                    name,
                    draw,
                    "torch.flip(a, " + (flipped.length == 0 ? "annotate(List[int], [])" : Arrays.toString(flipped))
                            + ")",
                    (tape, in) -> Flip.apply(tape, in.get(0), flipped),
                    a);
            int axis = draw.below(rank);
            int from = draw.below(a.shape().extent(axis));
            int to = from + 1 + draw.below(a.shape().extent(axis) - from);
            int step = 1 + draw.below(3);
            assertAgrees(
                    name,
                    draw,
                    "torch.slice(a, " + axis + ", " + from + ", " + to + ", " + step + ")",
                    (tape, in) -> Slice.apply(tape, in.get(0), axis, from, to, step),
                    a);
            assertAgrees(
                    name,
                    draw,
                    "torch.cat([a, b, a], " + axis + ")",
                    (tape, in) -> Concat.apply(tape, axis, in.get(0), in.get(1), in.get(0)),
                    a,
                    b);
            int place = draw.below(rank + 1);
            assertAgrees(
                    name,
                    draw,
                    "torch.stack([a, b, a], " + place + ")",
                    (tape, in) -> Stack.apply(tape, place, in.get(0), in.get(1), in.get(0)),
                    a,
                    b);
        });
    }

    /** A transposed convolution with a single tap of 1 per channel does nothing but put zeros between. */
    @Test
    void dilation() {
        Draw.cases("dilation", 20, draw -> {
            Tensor dz = draw.tensor(Shape.of(2, 1 + draw.below(4), 1 + draw.below(4), 1));
            int high = 1 + draw.below(3);
            int wide = 1 + draw.below(3);
            assertAgrees(
                    dz.shape() + "",
                    draw,
                    "torch.permute(torch.conv_transpose2d(torch.permute(a, [0, 3, 1, 2]),"
                            + " torch.ones_like(torch.slice(torch.slice(torch.slice(a, 0, 0, 1), 1, 0, 1), 2, 0, 1)),"
                            + " None, [" + high + ", " + wide + "], [0, 0], [0, 0], 1, [1, 1]), [0, 2, 3, 1])",
                    (tape, in) -> Dilate.apply(tape, in.get(0), 1, high, wide, 1),
                    dz);
        });
    }

    @Test
    void aFunctionOfManyOperations() {
        Draw.cases("many", 20, draw -> {
            Tensor a = draw.tensor(Shape.of(3, 4, 5));
            Tensor b = ArithmeticTest.away(draw.tensor(Shape.of(4, 1)));
            assertAgrees(
                    "many",
                    draw,
                    "torch.div(torch.sub(torch.mul(a, b), torch.mean(a, [0, 2], True)),"
                            + " torch.add(torch.unsqueeze(torch.var(torch.permute(a, [2, 0, 1]), [0], False, False), 2), 1))",
                    (tape, in) -> {
                        Variable x = in.get(0);
                        Variable above = Subtract.apply(
                                tape,
                                Multiply.apply(tape, x, in.get(1)),
                                Mean.apply(tape, x, Axes.of(0, 2).kept()));
                        Variable variance = Variance.apply(tape, Permute.apply(tape, x, 2, 0, 1), Axes.of(0), 0);
                        Variable below = Add.apply(tape, Reshape.apply(tape, variance, Shape.of(3, 4, 1)), 1f);
                        return Divide.apply(tape, above, below);
                    },
                    a,
                    b);
        });
    }
}
