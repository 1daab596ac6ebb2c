package dev.convoy.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.autograd.Operation;
import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.autograd.Workspace;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;

/** Elementwise arithmetic under broadcasting, its gradients, and variables used more than once. */
class ArithmeticTest {
    private interface Binary {
        Variable apply(Tape tape, Variable a, Variable b);
    }

    private static final Map<String, Binary> OPERATIONS = Map.of(
            "add", Add::apply,
            "subtract", Subtract::apply,
            "multiply", Multiply::apply,
            "divide", Divide::apply,
            "maximum", Maximum::apply,
            "minimum", Minimum::apply);

    private static final Map<String, BinaryOperator<Float>> FORMULAS = Map.of(
            "add", (a, b) -> a + b,
            "subtract", (a, b) -> a - b,
            "multiply", (a, b) -> a * b,
            "divide", (a, b) -> a / b,
            "maximum", Math::max,
            "minimum", Math::min);

    /** Keeps a divisor from zero. */
    static Tensor away(Tensor x) {
        for (int i = 0; i < x.size(); i++) {
            x.array()[i] += Math.copySign(1f, x.array()[i]);
        }
        return x;
    }

    @Test
    void everyElementIsTheFormulasOfWhatIsBroadcastThere() {
        OPERATIONS.forEach((name, operation) -> Draw.cases(name, 100, draw -> {
            Shape shape = draw.shape();
            Tensor a = draw.tensor(draw.chance() ? shape : draw.stretchingTo(shape));
            Tensor b = away(draw.tensor(a.shape().equals(shape) ? draw.stretchingTo(shape) : shape));
            Tensor y = Adjoints.forward((tape, in) -> operation.apply(tape, in.get(0), in.get(1)), List.of(a, b));
            assertEquals(shape, y.shape());
            Tensor expected = Index.tensor(shape, index -> FORMULAS.get(name)
                    .apply(a.get(Index.broadcast(a.shape(), index)), b.get(Index.broadcast(b.shape(), index))));
            assertArrayEquals(expected.array(), y.array());
        }));
    }

    @Test
    void bothMayStretch() {
        Tensor column = Tensor.of(Shape.of(2, 1), 1, 2);
        Tensor row = Tensor.of(Shape.of(3), 10, 20, 30);
        Tensor y = Adjoints.forward((tape, in) -> Add.apply(tape, in.get(0), in.get(1)), List.of(column, row));
        assertEquals(Shape.of(2, 3), y.shape());
        assertArrayEquals(new float[] {11, 21, 31, 12, 22, 32}, y.toArray());
    }

    @Test
    void linearOnesHaveTheTransposeAsPullback() {
        Draw.cases("linear", 40, draw -> {
            Shape a = draw.shape();
            Shape b = draw.stretchingTo(a);
            Adjoints.assertLinear("add", (tape, in) -> Add.apply(tape, in.get(0), in.get(1)), a, b);
            Adjoints.assertLinear("subtract", (tape, in) -> Subtract.apply(tape, in.get(0), in.get(1)), b, a);
            Adjoints.assertLinear("multiply", (tape, in) -> Multiply.apply(tape, in.get(0), in.get(1)), a, b);
            Adjoints.assertLinear("negate", (tape, in) -> Negate.apply(tape, in.get(0)), a);
            Adjoints.assertLinear("add number", (tape, in) -> Add.apply(tape, in.get(0), 3f), a);
            Adjoints.assertLinear("multiply number", (tape, in) -> Multiply.apply(tape, in.get(0), -1.7f), a);
            Adjoints.assertLinear("divide number", (tape, in) -> Divide.apply(tape, in.get(0), 3f), a);
        });
    }

    @Test
    void quotientsByCentralDifferences() {
        Draw.cases("quotient", 30, draw -> {
            Tensor a = draw.tensor(draw.shape(1 + draw.below(3)));
            Tensor b = away(draw.tensor(draw.stretchingTo(a.shape())));
            Adjoints.assertDerivative(
                    "divide " + a.shape() + " by " + b.shape(),
                    1e-2,
                    2e-3,
                    (tape, in) -> Divide.apply(tape, in.get(0), in.get(1)),
                    a,
                    b);
        });
    }

    @Test
    void theLargerAndTheSmallerByCentralDifferences() {
        Draw.cases("larger", 30, draw -> {
            Shape shape = draw.shape(1 + draw.below(3));
            Tensor a = draw.tensor(shape);
            Tensor apart = away(draw.tensor(shape));
            Tensor b = Index.tensor(
                    shape, index -> a.get(Index.position(shape, index)) + apart.get(Index.position(shape, index)));
            Adjoints.assertDerivative(
                    "maximum", 1e-2, 1e-3, (tape, in) -> Maximum.apply(tape, in.get(0), in.get(1)), a, b);
            Adjoints.assertDerivative(
                    "minimum", 1e-2, 1e-3, (tape, in) -> Minimum.apply(tape, in.get(0), in.get(1)), a, b);
        });
    }

    @Test
    void ofEqualsTheFirstTakesTheGradient() {
        Tensor a = Tensor.of(Shape.of(3), 5, 1, 5);
        Tensor b = Tensor.of(Shape.of(3), 5, 2, 4);
        Tensor dy = Tensor.of(Shape.of(3), 7, 8, 9);
        Operation maximum = (tape, in) -> Maximum.apply(tape, in.get(0), in.get(1));
        assertArrayEquals(
                new float[] {7, 0, 9},
                Adjoints.gradient(maximum, List.of(a, b), dy, 0).toArray());
        assertArrayEquals(
                new float[] {0, 8, 0},
                Adjoints.gradient(maximum, List.of(a, b), dy, 1).toArray());
        Operation minimum = (tape, in) -> Minimum.apply(tape, in.get(0), in.get(1));
        assertArrayEquals(
                new float[] {7, 8, 0},
                Adjoints.gradient(minimum, List.of(a, b), dy, 0).toArray());
        assertArrayEquals(
                new float[] {0, 0, 9},
                Adjoints.gradient(minimum, List.of(a, b), dy, 1).toArray());
    }

    @Test
    void aNaNWins() {
        Tensor a = Tensor.of(Shape.of(2), Float.NaN, 1);
        Tensor b = Tensor.of(Shape.of(2), 1, Float.NaN);
        for (Binary operation : List.<Binary>of(Maximum::apply, Minimum::apply)) {
            Operation either = (tape, in) -> operation.apply(tape, in.get(0), in.get(1));
            Tensor y = Adjoints.forward(either, List.of(a, b));
            assertTrue(Float.isNaN(y.get(0)) && Float.isNaN(y.get(1)));
            assertArrayEquals(
                    new float[2],
                    Adjoints.gradient(either, List.of(a, b), Tensor.of(Shape.of(2), 1, 1), 0)
                            .toArray());
        }
    }

    /** {@code y = x * x + x / 4 - max(x, 0) + 2 flip(x) + reshaped x + mean(x)}: the gradient is the sum of seven uses. */
    @Test
    void aVariableUsedInDifferentOperationsGetsTheSum() {
        Tensor x = Tensor.of(Shape.of(4), -1, 2, -3, 4);
        Tensor dy = Tensor.of(Shape.of(4), 1, 10, 100, 1000);
        Operation operation = (tape, in) -> {
            Variable v = in.get(0);
            Variable zero = tape.constant(Tensor.zeros(1));
            Variable y = Add.apply(tape, Multiply.apply(tape, v, v), Divide.apply(tape, v, 4f));
            y = Subtract.apply(tape, y, Maximum.apply(tape, v, zero));
            y = Add.apply(tape, y, Multiply.apply(tape, Flip.apply(tape, v, 0), 2f));
            y = Add.apply(tape, y, Reshape.apply(tape, Reshape.apply(tape, v, Shape.of(2, 2)), Shape.of(4)));
            return Add.apply(tape, y, Mean.apply(tape, v, Axes.all()));
        };
        float mean = 1111f / 4;
        assertArrayEquals(
                new float[] {
                    -2 + 0.25f + 2000 + 1 + mean,
                    40 + 2.5f - 10 + 200 + 10 + mean,
                    -600 + 25 + 20 + 100 + mean,
                    8000 + 250 - 1000 + 2 + 1000 + mean
                },
                Adjoints.gradient(operation, List.of(x), dy, 0).toArray());
    }

    @Test
    void bothSidesOfOneOperationGetTheSum() {
        Tensor x = away(Adjoints.random("both", Shape.of(3, 3)));
        Adjoints.assertDerivative("x x", 1e-2, 1e-3, (tape, in) -> MatMul.apply(tape, in.get(0), in.get(0)), x);
        Adjoints.assertDerivative("x * x", 1e-2, 1e-3, (tape, in) -> Multiply.apply(tape, in.get(0), in.get(0)), x);
        Adjoints.assertDerivative("x / x", 1e-2, 1e-3, (tape, in) -> Divide.apply(tape, in.get(0), in.get(0)), x);
        Adjoints.assertLinear(
                "x - x", (tape, in) -> Subtract.apply(tape, in.get(0), Permute.transpose(tape, in.get(0))), x.shape());
        Adjoints.assertLinear(
                "x, x, x",
                (tape, in) -> Concat.apply(tape, 1, in.get(0), in.get(0), Flip.apply(tape, in.get(0), 0)),
                x.shape());
        Tensor dy = Adjoints.random("dy", x.shape());
        assertArrayEquals(
                dy.toArray(),
                Adjoints.gradient((tape, in) -> Maximum.apply(tape, in.get(0), in.get(0)), List.of(x), dy, 0)
                        .toArray());
    }

    @Test
    void twoParametersGetTheirGradientsFromOnePass() {
        Tape tape = Tape.recording(new Workspace(), Adjoints.kernels());
        Tensor da = Tensor.zeros(2, 2);
        Tensor db = Tensor.zeros(2);
        Variable a = tape.parameter(Tensor.of(Shape.of(2, 2), 1, 2, 3, 4), da);
        Variable b = tape.parameter(Tensor.of(Shape.of(2), 5, 6), db);
        tape.backward(Sum.apply(tape, Multiply.apply(tape, a, b), Axes.all()));
        assertArrayEquals(new float[] {5, 6, 5, 6}, da.toArray());
        assertArrayEquals(new float[] {4, 6}, db.toArray());
    }
}
