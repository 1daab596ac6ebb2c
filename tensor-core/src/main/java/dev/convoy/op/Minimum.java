package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;

/** {@code y = min(a, b)}, element by element; broadcasting, NaN and gradient as in {@link Maximum}. */
public final class Minimum {
    private Minimum() {}

    /** @throws IllegalArgumentException if the shapes do not fit each other */
    public static Variable apply(Tape tape, Variable a, Variable b) {
        return Maximum.signed("minimum", -1f, tape, a, b);
    }
}
