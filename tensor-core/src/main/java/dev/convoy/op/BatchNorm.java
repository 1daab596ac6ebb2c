package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.function.Consumer;

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
        return train(tape, Measured.of(tape, x), gamma, beta, epsilon);
    }

    /** The same of a batch that is measured already. */
    public static Result train(Tape tape, Measured measured, Variable gamma, Variable beta, float epsilon) {
        Variable x = measured.batch();
        ChannelScale map = ChannelScale.of(tape, measured, gamma, beta, epsilon);
        Kernels kernels = tape.kernels();
        int channels = map.channels();
        Tensor xv = x.value();
        Variable y = forward(tape, x, gamma, beta, map);
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            float[] sum = tape.buffer(Shape.of(channels)).array();
            float[] dot = tape.buffer(Shape.of(channels)).array();
            kernels.channelSumAndDot(
                    map.rows(),
                    channels,
                    xv.array(),
                    xv.offset(),
                    map.mean().array(),
                    dy.array(),
                    dy.offset(),
                    sum,
                    dot);
            map.addParameterGradients(gamma, beta, sum, dot);
            if (x.needsGradient()) {
                map.inputAdjointInPlace(sum, dot);
                x.addInPlaceOf(y, inputAdjoint(tape, x, dy, map, dot, sum));
            }
        });
        return new Result(y, map.mean(), map.variance());
    }

    /** {@code dx = 0 + (dy * scale + x * slope + constant)}. */
    static Consumer<Tensor> inputAdjoint(
            Tape tape, Variable x, Tensor dy, ChannelScale map, float[] slope, float[] constant) {
        Tensor xv = x.value();
        return dx -> tape.kernels()
                .channelCombine(
                        map.rows(),
                        map.channels(),
                        dy.array(),
                        dy.offset(),
                        map.scale(),
                        xv.array(),
                        xv.offset(),
                        slope,
                        constant,
                        dx.array(),
                        dx.offset());
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
        ChannelScale map = ChannelScale.of(tape, x, gamma, beta, mean, variance, epsilon);
        int channels = map.channels();
        Variable y = forward(tape, x, gamma, beta, map);
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            if (beta.needsGradient()) {
                Bias.addChannelSums(tape, dy, map.rows(), channels, beta.gradient());
            }
            if (gamma.needsGradient()) {
                float[] dot = tape.buffer(Shape.of(channels)).array();
                Tensor xv = x.value();
                tape.kernels()
                        .channelCentredDot(
                                map.rows(),
                                channels,
                                xv.array(),
                                xv.offset(),
                                mean.array(),
                                mean.offset(),
                                dy.array(),
                                dy.offset(),
                                dot,
                                0);
                map.addToScale(gamma, dot);
            }
            if (x.needsGradient()) {
                Affine.addScaled(dy, map.scale(), 0, channels, x.gradient());
            }
        });
        return y;
    }

    private static Variable forward(Tape tape, Variable x, Variable gamma, Variable beta, ChannelScale map) {
        Variable y = tape.output(x.shape(), x, gamma, beta);
        Tensor xv = x.value();
        Tensor yv = y.value();
        tape.kernels()
                .channelAffine(
                        map.rows(),
                        map.channels(),
                        xv.array(),
                        xv.offset(),
                        map.scale(),
                        0,
                        map.shift(),
                        0,
                        yv.array(),
                        yv.offset());
        return y;
    }
}
