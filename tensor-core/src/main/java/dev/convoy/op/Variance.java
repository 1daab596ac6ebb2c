package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * {@code y = sum of (x - mean)^2 over some axes / (M - correction)}, M elements each; {@code dx = dy * 2 (x - mean) / (M - correction)}.
 * In two passes, both in eight stripes as {@link Sum}.
 */
public final class Variance {
    private Variance() {}

    /**
     * @param correction 0 for the variance of these elements, 1 for the unbiased estimate from a sample (Bessel's correction)
     * @throws IllegalArgumentException if x lacks one of the axes, one is named twice, or there are not more elements than the correction
     */
    public static Variable apply(Tape tape, Variable x, Axes axes, int correction) {
        Reduction reduction = Reduction.of("variance", tape, x, axes);
        int rows = reduction.rows();
        int inner = reduction.inner();
        if (correction < 0 || rows <= correction) {
            throw new IllegalArgumentException("variance: expected more than " + Math.max(correction, 0)
                    + " elements and a correction of at least 0 but " + axes + " of " + x.shape() + " have " + rows
                    + ", the correction is " + correction);
        }
        Kernels kernels = tape.kernels();
        Tensor from = reduction.block().value();
        Tensor mean = tape.buffer(Shape.of(reduction.outer(), inner));
        Variable y = tape.output(reduction.output(), x);
        Tensor to = y.value();
        for (int o = 0; o < reduction.outer(); o++) {
            int at = from.offset() + o * rows * inner;
            kernels.channelSum(rows, inner, from.array(), at, mean.array(), o * inner);
            divideInPlace(mean.array(), o * inner, inner, rows);
            kernels.channelCentredDot(
                    rows,
                    inner,
                    from.array(),
                    at,
                    mean.array(),
                    o * inner,
                    null,
                    0,
                    to.array(),
                    to.offset() + o * inner);
        }
        divideInPlace(to.array(), to.offset(), to.size(), rows - correction);
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = reduction.block().gradient();
            for (int row = 0; row < reduction.outer() * rows; row++) {
                int one = row / rows * inner;
                for (int i = 0; i < inner; i++) {
                    float deviation = from.get(row * inner + i) - mean.get(one + i);
                    float slope = 2 * dy.get(one + i) / (rows - correction);
                    int at = dx.offset() + row * inner + i;
                    dx.array()[at] = Math.fma(slope, deviation, dx.array()[at]);
                }
            }
        });
        return y;
    }

    private static void divideInPlace(float[] sums, int offset, int size, int divisor) {
        for (int i = offset; i < offset + size; i++) {
            sums[i] /= divisor;
        }
    }
}
