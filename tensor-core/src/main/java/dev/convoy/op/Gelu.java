package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ElementFunction;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * x times the share of the standard normal distribution below x. Source: Hendrycks, Gimpel, "Gaussian error linear units", 2016.
 *
 * <p>Both forms are accurate to about 1e-7 absolutely; y is 0 and not its tiny true value far below zero.
 */
public final class Gelu {
    /** Elements taken at a time: what is between two steps stays in the first-level cache. */
    private static final int PIECE = 2048;

    private static final float SQRT_HALF = (float) Math.sqrt(0.5);
    /** The normal density at 0, {@code 1 / sqrt(2 pi)}. */
    private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI));

    private static final float TWICE_SQRT_TWO_OVER_PI = (float) (2 * Math.sqrt(2 / Math.PI));
    private static final float CUBIC = 0.044715f;
    /** Beyond, the sigmoid is 0 or 1, and cubes overflow at last. */
    private static final float FAR = 16f;

    private Gelu() {}

    /**
     * {@code y = x * F}, {@code F = (1 + erf(x / sqrt(2))) / 2}; {@code dx = dy * (F + x * f)}, {@code f = e^(-x^2/2) / sqrt(2 pi)}.
     */
    public static Variable apply(Tape tape, Variable x) {
        Variable y = tape.output(x.shape(), x);
        Tensor share = tape.buffer(x.shape());
        for (int from = 0; from < share.size(); from += PIECE) {
            forward(tape, x.value(), from, Math.min(PIECE, share.size() - from), share, y.value());
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            float[] density = tape.buffer(Shape.of(Math.min(PIECE, dy.size()))).array();
            x.addToGradient(1, (dx, first, count) -> {
                for (int from = first; from < first + count; from += PIECE) {
                    int size = Math.min(PIECE, first + count - from);
                    adjoint(tape, x.value(), from, size, share, density, dy, dx);
                }
            });
        });
        return y;
    }

    private static void forward(Tape tape, Tensor input, int from, int size, Tensor shares, Tensor output) {
        float[] x = input.array();
        int xAt = input.offset() + from;
        float[] share = shares.array();
        int shareAt = shares.offset() + from;
        float[] y = output.array();
        int yAt = output.offset() + from;
        for (int i = 0; i < size; i++) {
            share[shareAt + i] = x[xAt + i] * SQRT_HALF;
        }
        tape.kernels().map(ElementFunction.ERF, size, share, shareAt, share, shareAt);
        for (int i = 0; i < size; i++) {
            share[shareAt + i] = Math.fma(0.5f, share[shareAt + i], 0.5f);
        }
        for (int i = 0; i < size; i++) {
            y[yAt + i] = x[xAt + i] * share[shareAt + i];
        }
    }

    private static void adjoint(
            Tape tape,
            Tensor input,
            int from,
            int size,
            Tensor shares,
            float[] density,
            Tensor dOutput,
            Tensor dInput) {
        float[] x = input.array();
        int xAt = input.offset() + from;
        float[] share = shares.array();
        int shareAt = shares.offset() + from;
        float[] dy = dOutput.array();
        int dyAt = dOutput.offset() + from;
        float[] dx = dInput.array();
        int dxAt = dInput.offset() + from;
        for (int i = 0; i < size; i++) {
            density[i] = -0.5f * x[xAt + i] * x[xAt + i];
        }
        tape.kernels().map(ElementFunction.EXP, size, density, 0, density, 0);
        for (int i = 0; i < size; i++) {
            float slope = Math.fma(x[xAt + i] * DENSITY, density[i], share[shareAt + i]);
            dx[dxAt + i] = Math.fma(dy[dyAt + i], slope, dx[dxAt + i]);
        }
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
