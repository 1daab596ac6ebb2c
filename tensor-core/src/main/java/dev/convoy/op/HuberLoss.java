package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;

/**
 * Huber's loss, a square near 0 and a line beyond delta: with {@code d = x - t}, {@code loss = sum of d^2 / 2} where {@code |d| <=
 * delta}, of {@code delta (|d| - delta / 2)} elsewhere; {@code dx = dloss * d}, held within {@code -delta..delta}. Summed over all
 * elements as {@link SummedLoss} says; PyTorch's {@code huber_loss} with {@code reduction="sum"}, and with delta 1 its
 * {@code smooth_l1_loss}. Source: Huber, "Robust estimation of a location parameter", 1964.
 */
public final class HuberLoss {
    private HuberLoss() {}

    /** @throws IllegalArgumentException if the shapes differ or delta is not positive */
    public static SummedLoss apply(Tape tape, Variable prediction, Tensor target, double delta) {
        if (!(delta > 0)) {
            throw new IllegalArgumentException("huber loss: expected a positive delta but got " + delta);
        }
        return SummedLoss.of(
                tape,
                "huber loss",
                prediction,
                target,
                (i, x, t) -> {
                    double d = Math.abs(x - t);
                    return d <= delta ? d * d / 2 : delta * (d - delta / 2);
                },
                (i, x, t) -> Math.max(-delta, Math.min(delta, x - t)));
    }
}
