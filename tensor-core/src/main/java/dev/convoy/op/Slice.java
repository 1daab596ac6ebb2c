package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;

/** Every step-th entry of one axis: {@code y[.., i, ..] = x[.., from + i * step, ..]}; {@code dx} gets dy there, 0 elsewhere. */
public final class Slice {
    private Slice() {}

    /** The entries {@code from .. to - 1}. */
    public static Variable apply(Tape tape, Variable x, int axis, int from, int to) {
        return apply(tape, x, axis, from, to, 1);
    }

    /**
     * The entries {@code from, from + step, ..} below {@code to}.
     *
     * @throws IllegalArgumentException unless {@code 0 <= from <= to <= extent} and the step is at least 1
     */
    public static Variable apply(Tape tape, Variable x, int axis, int from, int to, int step) {
        int along = Axes.number("slice", axis, x.shape());
        int extent = x.shape().extent(along);
        if (from < 0 || to < from || to > extent || step < 1) {
            throw new IllegalArgumentException("slice: expected 0 <= from <= to <= " + extent
                    + " and a step of at least 1 for axis " + along + " of " + x.shape() + " but got from " + from
                    + ", to " + to + ", step " + step);
        }
        int[] extents = x.shape().toArray();
        extents[along] = to == from ? 0 : (to - from - 1) / step + 1;
        Variable y = tape.output(Shape.of(extents), x);
        Strided read = Strided.of(x.shape()).slice(along, from, step, extents[along]);
        Strided write = Strided.of(y.shape());
        Strided.copy(x.value(), read, y.value(), write);
        tape.record(y, () -> Strided.add(y.gradient(), write, x.gradient(), read));
        return y;
    }
}
