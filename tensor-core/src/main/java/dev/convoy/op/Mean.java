package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;

/** {@code y = sum of x over some axes / their elements}, the sum as in {@link Sum}; {@code dx = dy / elements}, repeated along them. */
public final class Mean {
    private Mean() {}

    /** @throws IllegalArgumentException if x lacks one of the axes, or one is named twice */
    public static Variable apply(Tape tape, Variable x, Axes axes) {
        int count = axes.count("mean", x.shape());
        return Divide.apply(tape, Sum.apply(tape, x, axes), count);
    }
}
