package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;

/**
 * Zeros between the entries of each axis: {@code y[i * factor] = x[i]}, 0 elsewhere, extents {@code (n - 1) * factor + 1};
 * {@code dx[i] = dy[i * factor]}. What the input adjoint of a convolution with a stride does to dz. Source: Deep Learning Systems
 * (CMU), "Differentiating convolutions"; its homework's {@code dilate} also puts zeros after the last entry.
 */
public final class Dilate {
    private Dilate() {}

    /**
     * @param factors one per axis, 1 for those that stay: {@code (1, 2, 2, 1)} for dz of a convolution with stride 2
     * @throws IllegalArgumentException unless there is one factor of at least 1 per axis, or if an axis becomes too long
     */
    public static Variable apply(Tape tape, Variable x, int... factors) {
        Shape shape = x.shape();
        if (factors.length != shape.rank() || Arrays.stream(factors).anyMatch(factor -> factor < 1)) {
            throw new IllegalArgumentException("dilate: expected a factor of at least 1 for each axis of " + shape
                    + " but got " + Arrays.toString(factors));
        }
        int[] extents = shape.toArray();
        for (int axis = 0; axis < extents.length; axis++) {
            long extent = Math.max(0, (extents[axis] - 1L) * factors[axis] + 1);
            if (extent > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("dilate: the factors " + Arrays.toString(factors)
                        + " make an axis of " + shape + " longer than 2^31-1");
            }
            extents[axis] = (int) extent;
        }
        Variable y = tape.output(Shape.of(extents), x);
        Strided read = Strided.of(shape);
        Strided write = write(shape, y.shape(), factors);
        Tensor to = y.value();
        Arrays.fill(to.array(), to.offset(), to.offset() + to.size(), 0f);
        Strided.copy(x.value(), read, to, write);
        tape.record(y, () -> Strided.add(y.gradient(), write, x.gradient(), read));
        return y;
    }

    private static Strided write(Shape from, Shape to, int[] factors) {
        Strided write = Strided.of(to);
        for (int axis = 0; axis < factors.length; axis++) {
            write = write.slice(axis, 0, factors[axis], from.extent(axis));
        }
        return write;
    }
}
