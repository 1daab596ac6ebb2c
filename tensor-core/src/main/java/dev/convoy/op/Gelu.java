package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.tensor.Tensor;

/**
 * x times the share of the standard normal distribution below x. Source: Hendrycks, Gimpel, "Gaussian error linear units", 2016.
 *
 * <p>Both forms are accurate to about 1e-7 of the larger of 1 and |x|; y is 0 and not its tiny true value far below zero.
 */
public final class Gelu {
    private static final float TWICE_SQRT_TWO_OVER_PI = (float) (2 * Math.sqrt(2 / Math.PI));
    private static final float CUBIC = 0.044715f;
    /** Beyond, the sigmoid is 0 or 1, and cubes overflow at last. */
    private static final float FAR = 16f;

    private Gelu() {}

    /**
     * {@code y = x * F}, {@code F = (1 + erf(x / sqrt(2))) / 2}; {@code dx = dy * (F + x * f)}, {@code f = e^(-x^2/2) / sqrt(2 pi)}, in
     * place of dy.
     */
    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.shape(), x);
        Tensor from = x.value();
        Tensor to = y.value();
        tape.kernels().gelu(to.size(), from.array(), from.offset(), to.array(), to.offset());
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            x.addInPlaceOf(y, dx -> tape.kernels()
                    .geluAdjoint(
                            dx.size(), from.array(), from.offset(), dy.array(), dy.offset(), dx.array(), dx.offset()));
        });
        return y;
    }

    /**
     * The approximation {@code y = x/2 * (1 + tanh(u/2)) = x * s}, {@code s = 1 / (1 + e^-u)}, {@code u = 2 sqrt(2/pi) (x + 0.044715 x^3)};
     * {@code dx = dy * (s + x * s * (1 - s) * du/dx)}.
     */
    public static Variable tanh(Tape tape, Variable x) {
        Variable y = tape.output(x.shape(), x);
        Tensor sigmoid = tape.buffer(x.shape());
        for (int i = 0; i < sigmoid.size(); i++) {
            float value = within(x.value().get(i));
            Elementwise.set(sigmoid, i, TWICE_SQRT_TWO_OVER_PI * value * Math.fma(CUBIC * value, value, 1f));
        }
        Elementwise.map(tape, ElementFunction.SIGMOID, sigmoid, sigmoid);
        for (int i = 0; i < sigmoid.size(); i++) {
            Elementwise.set(y.value(), i, x.value().get(i) * sigmoid.get(i));
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < dy.size(); i++) {
                float value = within(x.value().get(i));
                float s = sigmoid.get(i);
                float steepness = TWICE_SQRT_TWO_OVER_PI * Math.fma(3 * CUBIC * value, value, 1f);
                Elementwise.add(dx, i, dy.get(i), Math.fma(value * steepness, s * (1f - s), s));
            }
        });
        return y;
    }

    private static float within(float x) {
        return Math.max(Math.min(x, FAR), -FAR);
    }
}
