package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * Batch normalisation as the map of each channel that it is, {@code y = x * scale + shift}, and the terms of its adjoint; {@code [C]}
 * each. {@code scale = gamma / std}, {@code shift = beta - mean * scale}, {@code std = sqrt(variance + epsilon)}.
 */
record ChannelScale(
        int rows, int channels, Tensor mean, Tensor variance, float[] inverseStd, float[] scale, float[] shift) {

    /**
     * By the statistics of x itself.
     *
     * @throws IllegalArgumentException if gamma or beta has another shape
     */
    static ChannelScale of(Tape tape, Measured x, Variable gamma, Variable beta, float epsilon) {
        return of(tape, x.batch(), gamma, beta, x.mean(), x.variance(), epsilon);
    }

    /** By given statistics. */
    static ChannelScale of(
            Tape tape, Variable x, Variable gamma, Variable beta, Tensor mean, Tensor variance, float epsilon) {
        Shape perChannel = requireChannels(x, gamma, beta);
        if (!mean.shape().equals(perChannel) || !variance.shape().equals(perChannel)) {
            throw new IllegalArgumentException("batch norm: expected a mean and a variance " + perChannel
                    + " for input " + x.shape() + " but got " + mean.shape() + " and " + variance.shape());
        }
        int channels = perChannel.size();
        float[] inverseStd = tape.buffer(perChannel).array();
        float[] scale = tape.buffer(perChannel).array();
        float[] shift = tape.buffer(perChannel).array();
        for (int c = 0; c < channels; c++) {
            inverseStd[c] = (float) (1 / Math.sqrt((double) variance.get(c) + epsilon));
            scale[c] = gamma.value().get(c) * inverseStd[c];
            shift[c] = Math.fma(-mean.get(c), scale[c], beta.value().get(c));
        }
        return new ChannelScale(x.value().size() / channels, channels, mean, variance, inverseStd, scale, shift);
    }

    private static Shape requireChannels(Variable x, Variable gamma, Variable beta) {
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
        return perChannel;
    }

    /** {@code dbeta += sum}, {@code dgamma += dot / std}, from the sums over rows of {@code dy} and {@code (x - mean) dy}. */
    void addParameterGradients(Variable gamma, Variable beta, float[] sum, float[] dot) {
        if (beta.needsGradient()) {
            Tensor dbeta = beta.gradient();
            Pad.addRun(channels, sum, 0, dbeta.array(), dbeta.offset());
        }
        if (gamma.needsGradient()) {
            addToScale(gamma, dot);
        }
    }

    /** {@code dgamma += dot / std}. */
    void addToScale(Variable gamma, float[] dot) {
        Tensor dgamma = gamma.gradient();
        for (int c = 0; c < channels; c++) {
            dgamma.array()[dgamma.offset() + c] += dot[c] * inverseStd[c];
        }
    }

    /**
     * Turns the two sums into the slope and constant of {@code dx = dy * scale + x * slope + constant}, where mean and variance are
     * those of x.
     */
    void inputAdjointInPlace(float[] sum, float[] dot) {
        for (int c = 0; c < channels; c++) {
            float slope = -scale[c] * inverseStd[c] * inverseStd[c] * dot[c] / rows;
            sum[c] = Math.fma(-slope, mean.get(c), -scale[c] * sum[c] / rows);
            dot[c] = slope;
        }
    }
}
