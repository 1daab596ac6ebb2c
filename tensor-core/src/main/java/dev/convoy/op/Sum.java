package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/**
 * {@code y = sum of x over some axes}; {@code dx = dy}, repeated along them: the adjoint of {@link Broadcast}.
 *
 * <p>The elements of one sum, in row-major order, join eight stripes in turn, as {@link dev.convoy.kernel.Kernels} says; which axes
 * they come from and how they lie in memory changes nothing. An empty sum is +0.
 */
public final class Sum {
    private Sum() {}

    /** @throws IllegalArgumentException if x lacks one of the axes, or one is named twice */
    public static Variable apply(Tape tape, Variable x, Axes axes) {
        Reduction reduction = Reduction.of("sum", tape, x, axes);
        Variable y = tape.output(reduction.output(), x);
        Tensor from = reduction.block().value();
        Tensor to = y.value();
        int inner = reduction.inner();
        int size = reduction.rows() * inner;
        for (int o = 0; o < reduction.outer(); o++) {
            tape.kernels()
                    .channelSum(
                            reduction.rows(),
                            inner,
                            from.array(),
                            from.offset() + o * size,
                            to.array(),
                            to.offset() + o * inner);
        }
        tape.record(
                y,
                () -> Strided.add(
                        y.gradient(), reduction.spread(), reduction.block().gradient(), reduction.every()));
        return y;
    }
}
