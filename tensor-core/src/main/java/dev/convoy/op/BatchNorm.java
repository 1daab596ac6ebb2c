package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * Batch normalisation over all axes but the last: {@code y = gamma * (x - mean) / sqrt(variance + epsilon) + beta}, per channel,
 * M rows. Source: Ioffe and Szegedy, "Batch normalization", 2015.
 *
 * <p>With {@code xhat = (x - mean) / std}: {@code dbeta = sum dy}, {@code dgamma = sum dy xhat},
 * {@code dx = gamma / std * (dy - dbeta / M - xhat dgamma / M)}.
 */
public final class BatchNorm {
    private BatchNorm() {}

    /** The normalised batch with the statistics it was normalised by, {@code [C]} each; the variance is the biased one (divisor M). */
    public record Result(Variable output, Tensor mean, Tensor variance) {}

    /**
     * Normalises by the batch's own statistics.
     *
     * @param gamma scale {@code [C]}
     * @param beta shift {@code [C]}
     * @throws IllegalArgumentException if x is empty, or gamma or beta has another shape
     */
    public static Result train(Tape tape, Variable x, Variable gamma, Variable beta, float epsilon) {
        int channels = requireChannels(x, gamma, beta);
        int rows = x.value().size() / channels;
        Kernels kernels = tape.kernels();
        Shape perChannel = Shape.of(channels);
        Tensor xv = x.value();
        Tensor mean = tape.buffer(perChannel);
        Tensor variance = tape.buffer(perChannel);
        kernels.channelSum(rows, channels, xv.array(), xv.offset(), mean.array(), 0);
        divideInPlace(mean, rows);
        kernels.channelCentredDot(
                rows, channels, xv.array(), xv.offset(), mean.array(), 0, null, 0, variance.array(), 0);
        divideInPlace(variance, rows);
        float[] inverseStd = tape.buffer(perChannel).array();
        float[] scale = tape.buffer(perChannel).array();
        Variable y = normalise(tape, x, gamma, beta, mean, variance, epsilon, inverseStd, scale);
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            float[] sum = tape.buffer(perChannel).array();
            float[] dot = tape.buffer(perChannel).array();
            kernels.channelSum(rows, channels, dy.array(), dy.offset(), sum, 0);
            kernels.channelCentredDot(
                    rows, channels, xv.array(), xv.offset(), mean.array(), 0, dy.array(), dy.offset(), dot, 0);
            if (beta.needsGradient()) {
                Tensor dbeta = beta.gradient();
                Pad.addRun(channels, sum, 0, dbeta.array(), dbeta.offset());
            }
            if (gamma.needsGradient()) {
                addScaled(dot, inverseStd, gamma.gradient());
            }
            if (x.needsGradient()) {
                Tensor dx = x.gradient();
                float[] slope = tape.buffer(perChannel).array();
                float[] constant = tape.buffer(perChannel).array();
                for (int c = 0; c < channels; c++) {
                    slope[c] = -scale[c] * inverseStd[c] * inverseStd[c] * dot[c] / rows;
                    constant[c] = Math.fma(-slope[c], mean.get(c), -scale[c] * sum[c] / rows);
                }
                kernels.channelCombineAdd(
                        rows,
                        channels,
                        dy.array(),
                        dy.offset(),
                        scale,
                        xv.array(),
                        xv.offset(),
                        slope,
                        constant,
                        dx.array(),
                        dx.offset());
            }
        });
        return new Result(y, mean, variance);
    }

    /**
     * Normalises by given statistics, constants, as in evaluation; so {@code dx = gamma / std * dy}.
     *
     * @param mean {@code [C]}
     * @param variance {@code [C]}
     * @throws IllegalArgumentException if x is empty, or any of the others has another shape
     */
    public static Variable evaluate(
            Tape tape, Variable x, Variable gamma, Variable beta, Tensor mean, Tensor variance, float epsilon) {
        int channels = requireChannels(x, gamma, beta);
        Shape perChannel = Shape.of(channels);
        if (!mean.shape().equals(perChannel) || !variance.shape().equals(perChannel)) {
            throw new IllegalArgumentException("batch norm: expected a mean and a variance " + perChannel
                    + " for input " + x.shape() + " but got " + mean.shape() + " and " + variance.shape());
        }
        int rows = x.value().size() / channels;
        float[] inverseStd = tape.buffer(perChannel).array();
        float[] scale = tape.buffer(perChannel).array();
        Variable y = normalise(tape, x, gamma, beta, mean, variance, epsilon, inverseStd, scale);
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            if (beta.needsGradient()) {
                Bias.addChannelSums(tape, dy, rows, channels, beta.gradient());
            }
            if (gamma.needsGradient()) {
                float[] dot = tape.buffer(perChannel).array();
                Tensor xv = x.value();
                tape.kernels()
                        .channelCentredDot(
                                rows,
                                channels,
                                xv.array(),
                                xv.offset(),
                                mean.array(),
                                mean.offset(),
                                dy.array(),
                                dy.offset(),
                                dot,
                                0);
                addScaled(dot, inverseStd, gamma.gradient());
            }
            if (x.needsGradient()) {
                Affine.addScaled(dy, scale, 0, channels, x.gradient());
            }
        });
        return y;
    }

    /** {@code y = x * scale + shift} with {@code scale = gamma / std}, {@code shift = beta - mean * scale}; fills inverseStd and scale. */
    private static Variable normalise(
            Tape tape,
            Variable x,
            Variable gamma,
            Variable beta,
            Tensor mean,
            Tensor variance,
            float epsilon,
            float[] inverseStd,
            float[] scale) {
        int channels = x.shape().extent(-1);
        float[] shift = tape.buffer(Shape.of(channels)).array();
        for (int c = 0; c < channels; c++) {
            inverseStd[c] = (float) (1 / Math.sqrt((double) variance.get(c) + epsilon));
            scale[c] = gamma.value().get(c) * inverseStd[c];
            shift[c] = Math.fma(-mean.get(c), scale[c], beta.value().get(c));
        }
        Variable y = tape.output(x.shape(), x, gamma, beta);
        Tensor xv = x.value();
        Tensor yv = y.value();
        tape.kernels()
                .channelAffine(
                        xv.size() / channels,
                        channels,
                        xv.array(),
                        xv.offset(),
                        scale,
                        0,
                        shift,
                        0,
                        yv.array(),
                        yv.offset());
        return y;
    }

    private static void addScaled(float[] dot, float[] inverseStd, Tensor dgamma) {
        for (int c = 0; c < dgamma.size(); c++) {
            dgamma.array()[dgamma.offset() + c] += dot[c] * inverseStd[c];
        }
    }

    private static void divideInPlace(Tensor sums, int rows) {
        for (int c = 0; c < sums.size(); c++) {
            sums.array()[sums.offset() + c] /= rows;
        }
    }

    private static int requireChannels(Variable x, Variable gamma, Variable beta) {
        Shape shape = x.shape();
        if (shape.rank() < 1 || shape.size() == 0) {
            throw new IllegalArgumentException(
                    "batch norm: expected an input [.., C] that is not empty but got " + shape);
        }
        Shape perChannel = Shape.of(shape.extent(-1));
        if (!gamma.shape().equals(perChannel) || !beta.shape().equals(perChannel)) {
            throw new IllegalArgumentException("batch norm: expected gamma and beta " + perChannel + " for input "
                    + shape + " but got " + gamma.shape() + " and " + beta.shape());
        }
        return perChannel.size();
    }
}
