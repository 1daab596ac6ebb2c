package dev.convoy.autograd;

import java.util.List;

/** A differentiable function of some variables, written on a tape: an operation of this library, of a user, or a composition. */
@FunctionalInterface
public interface Operation {
    Variable apply(Tape tape, List<Variable> inputs);
}
