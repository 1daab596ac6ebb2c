package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;

/** The same elements in another shape; the gradient is the same elements too, so nothing is copied. */
public final class Reshape {
    private Reshape() {}

    /** @throws IllegalArgumentException if the number of elements differs */
    public static Variable apply(Tape tape, Variable x, Shape shape) {
        return tape.view(shape, x);
    }

    /**
     * {@code [N, ...]} to {@code [N, size of one]}: images to vectors.
     *
     * @throws IllegalArgumentException for a single number of shape {@code []}
     */
    public static Variable flatten(Tape tape, Variable x) {
        if (x.shape().rank() == 0) {
            throw new IllegalArgumentException("flatten: expected at least one axis but got " + x.shape());
        }
        return apply(tape, x, Shape.of(x.shape().extent(0), x.shape().sizeOfOne()));
    }
}
