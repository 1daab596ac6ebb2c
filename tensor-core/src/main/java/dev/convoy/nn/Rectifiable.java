package dev.convoy.nn;

import dev.convoy.autograd.Variable;

/** A layer that can rectify its output while it computes it. */
interface Rectifiable extends Module {
    /** {@code max(0, y)} of what {@link #forward} gives, to the bit, without writing y. */
    Variable forwardRectified(Pass pass, Variable x);
}
