package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import java.util.Arrays;

/**
 * The input of a reduction, seen as {@code [outer, rows, inner]} of which the rows go, in row-major order of the reduced axes. Axes
 * that are neighbours lie like that already; others are first brought to the front, the only case that copies.
 *
 * @param block the input, or its copy
 * @param output the shape of the result, {@code outer * inner} elements
 */
record Reduction(Variable block, int outer, int rows, int inner, Shape output) {

    static Reduction of(String operation, Tape tape, Variable x, Axes axes) {
        Shape shape = x.shape();
        boolean[] reduced = axes.in(operation, shape);
        int outer = 1;
        int rows = 1;
        int inner = 1;
        boolean apart = false;
        for (int axis = 0; axis < reduced.length; axis++) {
            int extent = shape.extent(axis);
            if (reduced[axis]) {
                apart |= extent != 1 && inner != 1;
                rows *= extent;
            } else if (rows == 1) {
                outer *= extent;
            } else {
                inner *= extent;
            }
        }
        Shape output = output(shape, reduced, axes.keep());
        return apart
                ? new Reduction(Permute.apply(tape, x, reducedFirst(reduced)), 1, rows, outer * inner, output)
                : new Reduction(x, outer, rows, inner, output);
    }

    private static Shape output(Shape shape, boolean[] reduced, boolean keep) {
        int[] extents = new int[shape.rank()];
        int rank = 0;
        for (int axis = 0; axis < reduced.length; axis++) {
            if (!reduced[axis] || keep) {
                extents[rank++] = reduced[axis] ? 1 : shape.extent(axis);
            }
        }
        return Shape.of(Arrays.copyOf(extents, rank));
    }

    private static int[] reducedFirst(boolean[] reduced) {
        int[] order = new int[reduced.length];
        int next = 0;
        for (boolean wanted : new boolean[] {true, false}) {
            for (int axis = 0; axis < reduced.length; axis++) {
                if (reduced[axis] == wanted) {
                    order[next++] = axis;
                }
            }
        }
        return order;
    }

    /** All elements of the block. */
    Strided every() {
        return Strided.of(Shape.of(outer, rows, inner));
    }

    /** The result's elements, each repeated for all that went into it. */
    Strided spread() {
        return Strided.of(Shape.of(outer, 1, inner)).broadcast(Shape.of(outer, rows, inner));
    }
}
