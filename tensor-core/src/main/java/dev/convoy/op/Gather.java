package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/** Chosen rows: {@code y[i, ..] = x[rows[i], ..]}; {@code dx[rows[i], ..] += dy[i, ..]} in ascending i, a row chosen twice gets both. */
public final class Gather {
    private Gather() {}

    /**
     * @param x {@code [rows, ..]}
     * @param rows entries of the first axis, in any order, any number of times
     * @throws IllegalArgumentException if one of them is not there
     */
    public static Variable apply(Tape tape, Variable x, int... rows) {
        Shape shape = x.shape();
        int available = shape.extent(Axes.number("gather", 0, shape));
        for (int row : rows) {
            if (row < 0 || row >= available) {
                throw new IllegalArgumentException(
                        "gather: there is no row " + row + " in " + shape + "; expected 0 to " + (available - 1));
            }
        }
        int[] chosen = rows.clone();
        int size = shape.sizeOfOne();
        int[] extents = shape.toArray();
        extents[0] = chosen.length;
        Variable y = tape.output(Shape.of(extents), x);
        Tensor from = x.value();
        Tensor to = y.value();
        for (int i = 0; i < chosen.length; i++) {
            System.arraycopy(from.array(), from.offset() + chosen[i] * size, to.array(), to.offset() + i * size, size);
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int i = 0; i < chosen.length; i++) {
                int at = dx.offset() + chosen[i] * size;
                for (int j = 0; j < size; j++) {
                    dx.array()[at + j] += dy.array()[dy.offset() + i * size + j];
                }
            }
        });
        return y;
    }
}
