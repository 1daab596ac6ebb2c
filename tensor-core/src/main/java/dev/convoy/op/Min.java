package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;

/** {@code y = smallest x over some axes}; NaN and gradient as in {@link Max}: dy goes to the first element that equals y. */
public final class Min {
    private Min() {}

    /** @throws IllegalArgumentException if x lacks one of the axes, one is named twice, or there is no element to choose from */
    public static Variable apply(Tape tape, Variable x, Axes axes) {
        return Max.signed("min", -1f, tape, x, axes);
    }
}
