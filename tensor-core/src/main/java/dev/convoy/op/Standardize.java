package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;

/**
 * {@code y = (x - mean) / std} with {@code std = sqrt(variance + epsilon)}, mean and biased variance over units of M elements: what
 * layer, group and instance normalisation have in common. x is read as {@code [samples, rows, channels]}; a unit is all rows of
 * {@code channels / groups} neighbouring channels of one sample. {@code dx = (dy - sum dy / M - y * sum (dy y) / M) / std}, the sums
 * over the unit.
 *
 * <p>The variance is the mean of squared deviations from the mean, never a difference of squares. Every sum over a unit is taken per
 * channel over the rows in eight stripes, and then over these sums in eight stripes (see {@link Kernels}).
 */
final class Standardize {
    private Standardize() {}

    static Variable apply(Tape tape, Variable x, int samples, int rows, int channels, int groups, float epsilon) {
        Kernels kernels = tape.kernels();
        int size = rows * channels;
        Shape perChannel = Shape.of(channels);
        Variable y = tape.output(x.shape(), x);
        Tensor xv = x.value();
        Tensor yv = y.value();
        Tensor inverseStd = tape.buffer(Shape.of(samples, channels));
        float[] mean = tape.buffer(perChannel).array();
        float[] variance = tape.buffer(perChannel).array();
        float[] shift = tape.buffer(perChannel).array();
        float[] total = tape.buffer(Shape.of(1)).array();
        for (int n = 0; n < samples; n++) {
            int from = xv.offset() + n * size;
            kernels.channelSum(rows, channels, xv.array(), from, mean, 0);
            averageInPlace(kernels, mean, rows, channels, groups, total);
            kernels.channelCentredDot(rows, channels, xv.array(), from, mean, 0, null, 0, variance, 0);
            averageInPlace(kernels, variance, rows, channels, groups, total);
            int unit = n * channels;
            for (int c = 0; c < channels; c++) {
                float inverse = (float) (1 / Math.sqrt((double) variance[c] + epsilon));
                inverseStd.array()[unit + c] = inverse;
                shift[c] = -mean[c] * inverse;
            }
            kernels.channelAffine(
                    rows,
                    channels,
                    xv.array(),
                    from,
                    inverseStd.array(),
                    unit,
                    shift,
                    0,
                    yv.array(),
                    yv.offset() + n * size);
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            float[] zero = tape.buffer(perChannel).array();
            float[] sum = tape.buffer(perChannel).array();
            float[] dot = tape.buffer(perChannel).array();
            float[] scale = tape.buffer(perChannel).array();
            float[] one = tape.buffer(Shape.of(1)).array();
            Arrays.fill(zero, 0, channels, 0f);
            for (int n = 0; n < samples; n++) {
                int at = n * size;
                kernels.channelSum(rows, channels, dy.array(), dy.offset() + at, sum, 0);
                averageInPlace(kernels, sum, rows, channels, groups, one);
                kernels.channelCentredDot(
                        rows, channels, yv.array(), yv.offset() + at, zero, 0, dy.array(), dy.offset() + at, dot, 0);
                averageInPlace(kernels, dot, rows, channels, groups, one);
                for (int c = 0; c < channels; c++) {
                    scale[c] = inverseStd.get(n * channels + c);
                    dot[c] *= -scale[c];
                    sum[c] *= -scale[c];
                }
                kernels.channelCombineAdd(
                        rows,
                        channels,
                        dy.array(),
                        dy.offset() + at,
                        scale,
                        yv.array(),
                        yv.offset() + at,
                        dot,
                        sum,
                        dx.array(),
                        dx.offset() + at);
            }
        });
        return y;
    }

    /** Replaces the sum of each channel by the mean over its group. */
    private static void averageInPlace(
            Kernels kernels, float[] sums, int rows, int channels, int groups, float[] total) {
        int width = channels / groups;
        for (int from = 0; from < channels; from += width) {
            kernels.channelSum(width, 1, sums, from, total, 0);
            Arrays.fill(sums, from, from + width, total[0] / (rows * width));
        }
    }
}
