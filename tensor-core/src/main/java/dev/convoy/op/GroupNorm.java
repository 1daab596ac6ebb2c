package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;

/**
 * Group normalisation: {@code y = gamma[c] * (x - mean) / sqrt(variance + epsilon) + beta[c]}, mean and biased variance over all
 * pixels and the C/groups neighbouring channels of a group, per sample. Source: Wu and He, "Group normalization", 2018.
 *
 * <p>With {@code xhat = (x - mean) / std}, {@code g = gamma dy} and M elements in a group: {@code dbeta = sum dy}, {@code dgamma = sum
 * dy xhat}, both over samples and pixels, {@code dx = (g - sum g / M - xhat * sum (g xhat) / M) / std}. A sum over a group is taken per
 * channel over the pixels and then over the channels; every sum runs in eight stripes over ascending indices. The result of a sample
 * depends on that sample alone.
 */
public final class GroupNorm {
    private GroupNorm() {}

    /**
     * @param x {@code [N, ..., C]}
     * @param groups a divisor of C; 1 is layer normalisation over the whole sample with a scale per channel
     * @param gamma scale {@code [C]}
     * @param beta shift {@code [C]}
     * @throws IllegalArgumentException if the groups do not divide the channels, or gamma or beta has another shape
     */
    public static Variable apply(Tape tape, Variable x, int groups, Variable gamma, Variable beta, float epsilon) {
        int channels = requireChannels("group norm", x, gamma, beta);
        if (groups < 1 || channels % groups != 0) {
            throw new IllegalArgumentException("group norm: expected a number of groups that divides the " + channels
                    + " channels of the input " + x.shape() + " but got " + groups);
        }
        return normalise(tape, x, channels, groups, gamma, beta, epsilon);
    }

    static Variable normalise(
            Tape tape, Variable x, int channels, int groups, Variable gamma, Variable beta, float epsilon) {
        int rows = x.shape().sizeOfOne() / channels;
        Variable standardized = Standardize.apply(tape, x, x.shape().extent(0), rows, channels, groups, epsilon);
        return Affine.apply(tape, standardized, gamma, beta);
    }

    static int requireChannels(String name, Variable x, Variable gamma, Variable beta) {
        Shape shape = x.shape();
        Shape perChannel = shape.rank() < 2 ? Shape.of() : Shape.of(shape.extent(-1));
        if (shape.rank() < 2
                || perChannel.size() == 0
                || !gamma.shape().equals(perChannel)
                || !beta.shape().equals(perChannel)) {
            throw new IllegalArgumentException(name + ": expected an input [N, ..., C] with gamma and beta [C] but got "
                    + shape + " with " + gamma.shape() + " and " + beta.shape());
        }
        return perChannel.size();
    }
}
