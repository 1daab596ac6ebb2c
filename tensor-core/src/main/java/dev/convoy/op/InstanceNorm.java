package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;

/**
 * Instance normalisation: {@code y = gamma[c] * (x - mean) / sqrt(variance + epsilon) + beta[c]}, mean and biased variance over the
 * pixels of each channel of each sample: {@link GroupNorm} with a group per channel, where the gradients and the order of sums stand.
 * Source: Ulyanov, Vedaldi and Lempitsky, "Instance normalization: the missing ingredient for fast stylization", 2016.
 */
public final class InstanceNorm {
    private InstanceNorm() {}

    /**
     * @param x {@code [N, ..., C]}, of more than one pixel
     * @param gamma scale {@code [C]}
     * @param beta shift {@code [C]}
     * @throws IllegalArgumentException if gamma or beta has another shape, or there is one pixel only, whose channels would all
     *     become their shift
     */
    public static Variable apply(Tape tape, Variable x, Variable gamma, Variable beta, float epsilon) {
        int channels = GroupNorm.requireChannels("instance norm", x, gamma, beta);
        if (x.shape().sizeOfOne() == channels) {
            throw new IllegalArgumentException(
                    "instance norm: expected more than one pixel per channel but the input is " + x.shape());
        }
        return GroupNorm.normalise(tape, x, channels, channels, gamma, beta, epsilon);
    }
}
