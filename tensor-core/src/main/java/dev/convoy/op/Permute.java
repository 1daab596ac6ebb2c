package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;

/** {@code y[i0, i1, ..]} = x with axis {@code order[k]} become axis k; {@code dx} is dy in the inverse order. */
public final class Permute {
    private Permute() {}

    /**
     * @param order every axis of x once, a negative one counting from the last: {@code (0, 3, 1, 2)} takes NHWC to NCHW
     * @throws IllegalArgumentException if it is not that
     */
    public static Variable apply(Tape tape, Variable x, int... order) {
        int[] axes = axes(x.shape(), order);
        int[] extents = new int[axes.length];
        for (int axis = 0; axis < axes.length; axis++) {
            extents[axis] = x.shape().extent(axes[axis]);
        }
        Variable y = tape.output(Shape.of(extents), x);
        Strided read = Strided.of(x.shape()).permute(axes);
        Strided write = Strided.of(y.shape());
        Strided.copy(x.value(), read, y.value(), write);
        tape.record(y, () -> Strided.add(y.gradient(), write, x.gradient(), read));
        return y;
    }

    /** The last two axes exchanged: the transpose of a matrix, or of each in a batch. */
    public static Variable transpose(Tape tape, Variable x) {
        int rank = x.shape().rank();
        if (rank < 2) {
            throw new IllegalArgumentException("transpose: expected at least two axes but got " + x.shape());
        }
        int[] order = IntStream.range(0, rank).toArray();
        order[rank - 2] = rank - 1;
        order[rank - 1] = rank - 2;
        return apply(tape, x, order);
    }

    private static int[] axes(Shape shape, int[] order) {
        int[] axes = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            axes[i] = Axes.number("permute", order[i], shape);
        }
        if (axes.length != shape.rank() || Arrays.stream(axes).distinct().count() != axes.length) {
            throw new IllegalArgumentException("permute: expected each of the " + shape.rank() + " axes of " + shape
                    + " once but got " + Arrays.toString(order));
        }
        return axes;
    }
}
