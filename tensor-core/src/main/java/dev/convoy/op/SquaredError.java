package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/**
 * The squared error (MSE before the division): {@code loss = sum (x - t)^2}, {@code dx = dloss * 2 (x - t)}. Summed over all elements
 * as {@link SummedLoss} says; PyTorch's {@code mse_loss} with {@code reduction="sum"}.
 */
public final class SquaredError {
    private SquaredError() {}

    /** @throws IllegalArgumentException if the shapes differ */
    public static SummedLoss apply(Tape tape, Variable prediction, Tensor target) {
        return SummedLoss.of(
                tape, "squared error", prediction, target, (i, x, t) -> (x - t) * (x - t), (i, x, t) -> 2 * (x - t));
    }
}
