package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * A tensor seen as {@code [outer, length, inner]} around one axis: what {@link Softmax} and {@link LogSoftmax} share. A sum along the
 * axis takes its elements as the rows of {@link dev.convoy.kernel.Kernels#channelSum}: eight stripes, element j in stripe j mod 8.
 */
record SoftmaxAxis(int outer, int length, int inner) {

    /**
     * @param axis a negative one counts from the last
     * @throws IllegalArgumentException if the shape has no such axis
     */
    static SoftmaxAxis of(String operation, Shape shape, int axis) {
        int at = Axes.number(operation, axis, shape);
        int outer = 1;
        int inner = 1;
        for (int i = 0; i < shape.rank(); i++) {
            outer *= i < at ? shape.extent(i) : 1;
            inner *= i > at ? shape.extent(i) : 1;
        }
        return new SoftmaxAxis(outer, shape.extent(at), inner);
    }

    /** One value per line along the axis, {@code [outer, inner]}, of arbitrary contents. */
    Tensor lines(Tape tape) {
        return tape.buffer(Shape.of(outer, inner));
    }

    /** {@code y[o,j,i] = x[o,j,i] - max over j of x[o,j,i]}, so that no power of e overflows. */
    void subtractMaximum(Tape tape, Tensor x, Tensor y) {
        Tensor maximum = lines(tape);
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                Elementwise.set(maximum, o * inner + i, Float.NEGATIVE_INFINITY);
            }
            for (int j = 0; j < length; j++) {
                for (int i = 0; i < inner; i++) {
                    int line = o * inner + i;
                    Elementwise.set(maximum, line, Math.max(maximum.get(line), x.get(at(o, j) + i)));
                }
            }
            for (int j = 0; j < length; j++) {
                for (int i = 0; i < inner; i++) {
                    Elementwise.set(y, at(o, j) + i, x.get(at(o, j) + i) - maximum.get(o * inner + i));
                }
            }
        }
    }

    /** {@code sums[o,i] = sum over j of x[o,j,i]}. */
    void sum(Tape tape, Tensor x, Tensor sums) {
        for (int o = 0; o < outer; o++) {
            tape.kernels()
                    .channelSum(
                            length, inner, x.array(), x.offset() + at(o, 0), sums.array(), sums.offset() + o * inner);
        }
    }

    /** Where {@code [o, j, 0]} lies. */
    int at(int o, int j) {
        return (o * length + j) * inner;
    }
}
