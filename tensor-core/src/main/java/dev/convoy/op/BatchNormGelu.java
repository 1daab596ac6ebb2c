package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * {@link BatchNorm} and {@link Gelu} in one, {@code y = gelu(batchNorm(x))}, some rows at a time, so that what passes between them stays
 * in the cache; the bits are those of the operations one after the other. Backwards it is computed again, and the gradient of x takes
 * the place of y's.
 */
public final class BatchNormGelu {
    /** Floats that stay in the first-level cache beside those they are computed from. */
    private static final int PIECE = 4096;

    private BatchNormGelu() {}

    /**
     * Normalises by the batch's own statistics.
     *
     * @param gamma scale {@code [C]}
     * @param beta shift {@code [C]}
     * @throws IllegalArgumentException if x is empty, or gamma or beta has another shape
     */
    public static BatchNorm.Result train(Tape tape, Variable x, Variable gamma, Variable beta, float epsilon) {
        return train(tape, Measured.of(tape, x), gamma, beta, epsilon);
    }

    /** The same of a batch that is measured already. */
    public static BatchNorm.Result train(Tape tape, Measured measured, Variable gamma, Variable beta, float epsilon) {
        Variable x = measured.batch();
        ChannelScale map = ChannelScale.of(tape, measured, gamma, beta, epsilon);
        Variable y = forward(tape, x, gamma, beta, map);
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            if (x.needsGradient()) {
                x.addInPlaceOf(y, dx -> {
                    float[] sum = tape.buffer(Shape.of(map.channels())).array();
                    float[] dot = tape.buffer(Shape.of(map.channels())).array();
                    carryBack(tape, x, gamma, beta, map, dy, dx, sum, dot);
                    map.inputAdjointInPlace(sum, dot);
                    BatchNorm.inputAdjoint(tape, x, dx, map, dot, sum).accept(dx);
                });
            } else {
                float[] sum = tape.buffer(Shape.of(map.channels())).array();
                float[] dot = tape.buffer(Shape.of(map.channels())).array();
                carryBack(tape, x, gamma, beta, map, dy, tape.buffer(y.shape()), sum, dot);
            }
        });
        return new BatchNorm.Result(y, map.mean(), map.variance());
    }

    /** From dy, the gradient dn of what was normalised, which may take its place, the two sums and what the parameters get of them. */
    private static void carryBack(
            Tape tape,
            Variable x,
            Variable gamma,
            Variable beta,
            ChannelScale map,
            Tensor dy,
            Tensor dn,
            float[] sum,
            float[] dot) {
        Kernels kernels = tape.kernels();
        int channels = map.channels();
        Tensor xv = x.value();
        int rows = piece(channels);
        float[] normalised = tape.buffer(Shape.of(rows * channels)).array();
        for (int row = 0; row < map.rows(); row += rows) {
            int count = Math.min(rows, map.rows() - row);
            int at = row * channels;
            normalise(kernels, map, count, xv, at, normalised, 0);
            kernels.geluAdjoint(
                    count * channels, normalised, 0, dy.array(), dy.offset() + at, dn.array(), dn.offset() + at);
        }
        kernels.channelSumAndDot(
                map.rows(), channels, xv.array(), xv.offset(), map.mean().array(), dn.array(), dn.offset(), sum, dot);
        map.addParameterGradients(gamma, beta, sum, dot);
    }

    /**
     * Normalises by given statistics, constants, as in evaluation. Where a gradient is asked for, it is the operations one after the
     * other.
     *
     * @param mean {@code [C]}
     * @param variance {@code [C]}
     * @throws IllegalArgumentException if x is empty, or any of the others has another shape
     */
    public static Variable evaluate(
            Tape tape, Variable x, Variable gamma, Variable beta, Tensor mean, Tensor variance, float epsilon) {
        if (x.needsGradient() || gamma.needsGradient() || beta.needsGradient()) {
            return Gelu.apply(tape, BatchNorm.evaluate(tape, x, gamma, beta, mean, variance, epsilon));
        }
        return forward(tape, x, gamma, beta, ChannelScale.of(tape, x, gamma, beta, mean, variance, epsilon));
    }

    private static Variable forward(Tape tape, Variable x, Variable gamma, Variable beta, ChannelScale map) {
        Variable y = tape.output(x.shape(), x, gamma, beta);
        Tensor yv = y.value();
        int rows = piece(map.channels());
        for (int row = 0; row < map.rows(); row += rows) {
            int count = Math.min(rows, map.rows() - row);
            int at = row * map.channels();
            normalise(tape.kernels(), map, count, x.value(), at, yv.array(), yv.offset() + at);
            tape.kernels().gelu(count * map.channels(), yv.array(), yv.offset() + at, yv.array(), yv.offset() + at);
        }
        return y;
    }

    private static void normalise(Kernels kernels, ChannelScale map, int rows, Tensor x, int from, float[] to, int at) {
        kernels.channelAffine(
                rows, map.channels(), x.array(), x.offset() + from, map.scale(), 0, map.shift(), 0, to, at);
    }

    /** Rows taken at a time, however many there are: a buffer of them does not grow with the batch. */
    private static int piece(int channels) {
        return Math.max(1, PIECE / channels);
    }
}
