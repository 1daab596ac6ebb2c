package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * A batch {@code [.., C]} and what batch normalisation has to know of it first: of each channel the mean and the biased variance (divisor M, the
 * rows), {@code [C]} each. {@link Conv2d#measured} has them of its output while it writes that, with the bits of {@link #of}.
 */
public record Measured(Variable batch, Tensor mean, Tensor variance) {
    /**
     * Measures x, in one pass over memory.
     *
     * @throws IllegalArgumentException if x is empty
     */
    public static Measured of(Tape tape, Variable x) {
        Shape shape = x.shape();
        if (shape.rank() < 1 || shape.size() == 0) {
            throw new IllegalArgumentException(
                    "batch norm: expected an input [.., C] that is not empty but got " + shape);
        }
        int channels = shape.extent(-1);
        Tensor xv = x.value();
        Tensor mean = tape.buffer(Shape.of(channels));
        Tensor variance = tape.buffer(Shape.of(channels));
        tape.kernels()
                .channelMoments(
                        xv.size() / channels, channels, xv.array(), xv.offset(), mean.array(), variance.array());
        return new Measured(x, mean, variance);
    }
}
