package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Tensor;
import java.util.List;

/**
 * Binary cross-entropy of logits, for labels that do not exclude each other: with the sigmoid s, {@code loss = sum of -(w t log s(x) +
 * (1 - t) log(1 - s(x)))}, {@code dx = dloss * ((1 - t) s(x) - w t s(-x))}. Summed over all elements as {@link SummedLoss} says;
 * PyTorch's {@code binary_cross_entropy_with_logits} with {@code reduction="sum"}.
 *
 * <p>{@code -log s(x)} is computed as {@code max(-x, 0) + log1p(exp(-|x|))} by {@link StrictMath}: no logit overflows.
 */
public final class BinaryCrossEntropy {
    private BinaryCrossEntropy() {}

    /** With w = 1. */
    public static SummedLoss apply(Tape tape, Variable logits, Tensor targets) {
        return apply(tape, logits, targets, List.of(1.0));
    }

    /**
     * @param targets of the logits' shape, the probability of yes, 0 to 1
     * @param positiveWeights w, one for all or one per entry of the last axis: above 1 where a yes is rarer than a no
     * @throws IllegalArgumentException if the shapes differ, a target is not within 0..1, a weight is negative or their number does
     *     not fit
     */
    public static SummedLoss apply(Tape tape, Variable logits, Tensor targets, List<Double> positiveWeights) {
        int count = positiveWeights.size();
        CrossEntropy.requireWeights("binary cross-entropy", positiveWeights);
        if (count != 1 && (logits.shape().rank() == 0 || count != logits.shape().extent(-1))) {
            throw new IllegalArgumentException("binary cross-entropy: expected one positive weight, or one per entry of"
                    + " the last axis of " + logits.shape() + ", but got " + count);
        }
        for (int i = 0; i < targets.size(); i++) {
            if (!(targets.get(i) >= 0 && targets.get(i) <= 1)) {
                throw new IllegalArgumentException(
                        "binary cross-entropy: expected targets within 0..1 but got " + targets.get(i));
            }
        }
        return SummedLoss.of(
                tape,
                "binary cross-entropy",
                logits,
                targets,
                (i, x, t) -> positiveWeights.get(i % count) * t * softplus(-x) + (1 - t) * softplus(x),
                (i, x, t) -> (1 - t) * sigmoid(x) - positiveWeights.get(i % count) * t * sigmoid(-x));
    }

    /** {@code log(1 + exp(x))}, which is {@code -log s(-x)}. */
    private static double softplus(double x) {
        return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    }

    private static double sigmoid(double x) {
        double decay = StrictMath.exp(-Math.abs(x));
        return (x >= 0 ? 1 : decay) / (1 + decay);
    }
}
