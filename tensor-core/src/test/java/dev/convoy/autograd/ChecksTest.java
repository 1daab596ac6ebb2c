package dev.convoy.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.convoy.op.Adjoints;
import dev.convoy.op.MatMul;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The checks accept what is right, refuse what is wrong, and say where. */
class ChecksTest {
    private static final Tensor X = Tensor.of(Shape.of(2, 2), 1, 2, -3, 4);

    @Test
    void whatIsRightPasses() {
        gradientCheck().check("square", square(2), X);
        AdjointCheck.with(Adjoints.kernels())
                .check("matmul", (tape, in) -> MatMul.apply(tape, in.get(0), in.get(1)), X, X);
    }

    @Test
    void aWrongDerivativeIsNamedWithItsWorstElement() {
        AssertionError e =
                assertThrows(AssertionError.class, () -> gradientCheck().check("square", square(1.5f), X));
        String message = String.valueOf(e.getMessage());
        assertTrue(
                message.startsWith("square: the gradient of input 0 [2, 2] disagrees with the forward pass"), message);
        assertTrue(message.contains("worst is element "), message);
        assertTrue(message.contains("(seed 1, step 0.01)"), message);
    }

    @Test
    void aPullbackThatIsNotTheTransposeIsRefused() {
        AssertionError e = assertThrows(AssertionError.class, () -> AdjointCheck.with(Adjoints.kernels())
                .check("scaled", scaled(2, 1, true), X));
        assertTrue(String.valueOf(e.getMessage()).contains("<v, A^T dy> ="), e.getMessage());
    }

    @Test
    void aGradientThatIsNotANumberIsRefused() {
        assertThrows(AssertionError.class, () -> gradientCheck().check("nan", square(Float.NaN), X));
    }

    /** The unit of the loss says nothing about the pullback: a mean over many elements has small gradients. */
    @Test
    void aWrongDerivativeIsFoundHoweverSmallItIs() {
        for (float unit : new float[] {1e-6f, 1e6f}) {
            gradientCheck().check("small", scaled(unit, unit, true), X);
            assertThrows(
                    AssertionError.class, () -> gradientCheck().check("nothing", scaled(unit, 0, true), X), "" + unit);
            assertThrows(
                    AssertionError.class,
                    () -> gradientCheck().check("half", scaled(unit, unit / 2, true), X),
                    "" + unit);
        }
    }

    @Test
    void aPullbackThatOverwritesTheGradientIsRefused() {
        String message = " the pullback of input 0 [2, 2] overwrites the gradient that is there; it must add to it";
        AssertionError gradient =
                assertThrows(AssertionError.class, () -> gradientCheck().check("set", scaled(3, 3, false), X));
        assertEquals("set:" + message, gradient.getMessage());
        AssertionError adjoint = assertThrows(AssertionError.class, () -> AdjointCheck.with(Adjoints.kernels())
                .check("set", scaled(3, 3, false), X));
        assertEquals("set:" + message, adjoint.getMessage());
    }

    /** {@code y = factor x} with {@code dx = slope dy}, added or not. */
    private static Operation scaled(float factor, float slope, boolean add) {
        return (tape, in) -> {
            Tensor x = in.get(0).value();
            Variable y = tape.output(x.shape(), in.get(0));
            for (int i = 0; i < x.size(); i++) {
                y.value().set(i, factor * x.get(i));
            }
            tape.record(y, () -> {
                Tensor dx = in.get(0).gradient();
                for (int i = 0; i < x.size(); i++) {
                    dx.set(i, (add ? dx.get(i) : 0) + slope * y.gradient().get(i));
                }
            });
            return y;
        };
    }

    private static GradientCheck gradientCheck() {
        return GradientCheck.with(Adjoints.kernels());
    }

    /** {@code y = x^2} with {@code dx = slope x dy}. */
    private static Operation square(float slope) {
        return (tape, in) -> {
            Tensor x = in.get(0).value();
            Variable y = tape.output(x.shape(), in.get(0));
            for (int i = 0; i < x.size(); i++) {
                y.value().set(i, x.get(i) * x.get(i));
            }
            tape.record(y, () -> {
                Tensor dx = in.get(0).gradient();
                for (int i = 0; i < x.size(); i++) {
                    dx.set(i, dx.get(i) + slope * x.get(i) * y.gradient().get(i));
                }
            });
            return y;
        };
    }
}
