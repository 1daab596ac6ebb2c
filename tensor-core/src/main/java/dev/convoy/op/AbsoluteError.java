package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/**
 * The absolute error (L1): {@code loss = sum |x - t|}, {@code dx = dloss * sign(x - t)}, 0 where they are equal. Summed over all
 * elements as {@link SummedLoss} says; PyTorch's {@code l1_loss} with {@code reduction="sum"}.
 */
public final class AbsoluteError {
    private AbsoluteError() {}

    /** @throws IllegalArgumentException if the shapes differ */
    public static SummedLoss apply(Tape tape, Variable prediction, Tensor target) {
        return SummedLoss.of(
                tape,
                "absolute error",
                prediction,
                target,
                (i, x, t) -> Math.abs(x - t),
                (i, x, t) -> Math.signum(x - t));
    }
}
