package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;

/** Maximum and average over a sliding window of one dimension, {@code [N, L, C]} to {@code [N, Q, C]}: {@link Pool2d} of images of one row. */
public final class Pool1d {
    private Pool1d() {}

    /** @param window {@link Window#line} with stride, dilation and {@linkplain Window#horizontalPadding padding} */
    public static Variable max(Tape tape, Variable x, Window window, boolean ceilMode) {
        requireLines(x.shape(), window);
        return Conv1d.line(tape, Pool2d.max(tape, Conv1d.image(tape, x), window, ceilMode));
    }

    /** @param window {@link Window#line} with stride, dilation and {@linkplain Window#horizontalPadding padding} */
    public static Variable average(Tape tape, Variable x, Window window, boolean ceilMode, boolean countPadding) {
        requireLines(x.shape(), window);
        return Conv1d.line(tape, Pool2d.average(tape, Conv1d.image(tape, x), window, ceilMode, countPadding));
    }

    private static void requireLines(Shape x, Window window) {
        if (x.rank() != 3) {
            throw new IllegalArgumentException("pool1d: expected an input [N, L, C] but got " + x);
        }
        Conv1d.requireLine("pool1d", x, window);
    }
}
