package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import java.util.Arrays;

/**
 * Layer normalisation over the last axes, those of gamma: {@code y = gamma * (x - mean) / sqrt(variance + epsilon) + beta}, mean and
 * biased variance over the D elements of each row. Source: Ba, Kiros and Hinton, "Layer normalization", 2016.
 *
 * <p>With {@code xhat = (x - mean) / std} and {@code g = gamma dy}: {@code dbeta = sum over rows of dy}, {@code dgamma = sum over rows
 * of dy xhat}, {@code dx = (g - sum g / D - xhat * sum (g xhat) / D) / std}. Every sum runs in eight stripes over ascending indices,
 * those of a row over its D elements. The result of a sample depends on that sample alone.
 */
public final class LayerNorm {
    private LayerNorm() {}

    /**
     * @param x {@code [..., D1, .., Dk]}
     * @param gamma scale {@code [D1, .., Dk]}
     * @param beta shift, of gamma's shape
     * @throws IllegalArgumentException unless the shape of gamma and beta ends that of x
     */
    public static Variable apply(Tape tape, Variable x, Variable gamma, Variable beta, float epsilon) {
        Shape axes = gamma.shape();
        if (axes.rank() == 0 || !endsWith(x.shape(), axes) || !beta.shape().equals(axes)) {
            throw new IllegalArgumentException(
                    "layer norm: expected gamma and beta of one shape, the last axes of the input " + x.shape()
                            + ", but got " + axes + " and " + beta.shape());
        }
        int width = axes.size();
        int rows = width == 0 ? 0 : x.value().size() / width;
        return Affine.apply(tape, Standardize.apply(tape, x, rows, width, 1, 1, epsilon), gamma, beta);
    }

    private static boolean endsWith(Shape shape, Shape last) {
        int[] all = shape.toArray();
        int first = all.length - last.rank();
        return first >= 0 && Arrays.equals(Arrays.copyOfRange(all, first, all.length), last.toArray());
    }
}
