package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;

/**
 * {@code y = largest x over some axes}, a NaN winning; dy goes to the first element, in row-major order, that equals y. (So do
 * {@link Pool2d#max} and PyTorch's {@code max} of one axis; its {@code amax} shares dy among equals.) A NaN passes nothing back.
 */
public final class Max {
    private Max() {}

    /** @throws IllegalArgumentException if x lacks one of the axes, one is named twice, or there is no element to choose from */
    public static Variable apply(Tape tape, Variable x, Axes axes) {
        return signed("max", 1f, tape, x, axes);
    }

    /** {@code y = sign * (largest sign * x)} for a sign of 1 or -1, by which multiplication is exact. */
    static Variable signed(String operation, float sign, Tape tape, Variable x, Axes axes) {
        Reduction reduction = Reduction.of(operation, tape, x, axes);
        int rows = reduction.rows();
        int inner = reduction.inner();
        if (rows == 0) {
            throw new IllegalArgumentException(
                    operation + ": " + axes + " of " + x.shape() + " have no element to choose from");
        }
        Tensor from = reduction.block().value();
        Variable y = tape.output(reduction.output(), x);
        Tensor to = y.value();
        Arrays.fill(to.array(), to.offset(), to.offset() + to.size(), -sign * Float.POSITIVE_INFINITY);
        for (int row = 0; row < reduction.outer() * rows; row++) {
            int one = to.offset() + row / rows * inner;
            int at = from.offset() + row * inner;
            for (int i = 0; i < inner; i++) {
                to.array()[one + i] = sign * Math.max(sign * to.array()[one + i], sign * from.array()[at + i]);
            }
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = reduction.block().gradient();
            for (int one = 0; one < to.size(); one++) {
                int first = one / inner * rows * inner + one % inner;
                for (int at = first; at < first + rows * inner; at += inner) {
                    if (from.get(at) == to.get(one)) {
                        dx.array()[dx.offset() + at] += dy.get(one);
                        break;
                    }
                }
            }
        });
        return y;
    }
}
