package dev.convoy.train;

import org.jspecify.annotations.Nullable;

/**
 * What a share of a batch contributes to a step: sums, never means. The division by the count happens once, on the driver. Its arrays are
 * those of whoever holds the sum, who may give them to {@link SpareArrays} in the end.
 *
 * @param count samples
 * @param lossSum of their losses
 * @param correct of them predicted right
 * @param gradient of the summed loss, flat; null if and only if the count is 0
 * @param bufferSums batch statistics times the count of the batch they come from, flat; null as the gradient is
 */
public record GradientSum(
        long count, double lossSum, long correct, float @Nullable [] gradient, float @Nullable [] bufferSums) {

    /** The contribution of no samples. */
    public static final GradientSum EMPTY = new GradientSum(0, 0, 0, null, null);

    /** {@code this + other}, element by element, into this one's arrays; an empty side changes nothing. */
    GradientSum plusInPlace(GradientSum other) {
        if (gradient == null || bufferSums == null) {
            return other;
        }
        if (other.gradient == null || other.bufferSums == null) {
            return this;
        }
        addInPlace(gradient, other.gradient);
        addInPlace(bufferSums, other.bufferSums);
        return new GradientSum(
                count + other.count, lossSum + other.lossSum, correct + other.correct, gradient, bufferSums);
    }

    private static void addInPlace(float[] sum, float[] other) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other[i];
        }
    }
}
