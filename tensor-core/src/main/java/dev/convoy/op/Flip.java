package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;

/** The entries of some axes in reverse: {@code y[.., i, ..] = x[.., extent - 1 - i, ..]}; {@code dx} is dy flipped back. */
public final class Flip {
    private Flip() {}

    /** @throws IllegalArgumentException if x lacks one of the axes, or one is named twice */
    public static Variable apply(Tape tape, Variable x, int... axes) {
        Shape shape = x.shape();
        boolean[] flipped = Axes.of(axes).in("flip", shape);
        Strided read = Strided.of(shape);
        for (int axis = 0; axis < flipped.length; axis++) {
            if (flipped[axis]) {
                read = read.slice(axis, shape.extent(axis) - 1, -1, shape.extent(axis));
            }
        }
        Strided backwards = read;
        Strided write = Strided.of(shape);
        Variable y = tape.output(shape, x);
        Strided.copy(x.value(), backwards, y.value(), write);
        tape.record(y, () -> Strided.add(y.gradient(), write, x.gradient(), backwards));
        return y;
    }
}
