package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;

/**
 * {@code y[row, d] = fma(x[row, d], gamma[d], beta[d])} for d over the last axes of x, those of gamma and beta: the trained scale and
 * shift after a normalisation. {@code dx = dy gamma}, {@code dgamma[d] = sum over rows of x dy}, {@code dbeta[d] = sum over rows of
 * dy}, both in eight stripes.
 */
final class Affine {
    private Affine() {}

    static Variable apply(Tape tape, Variable x, Variable gamma, Variable beta) {
        Kernels kernels = tape.kernels();
        int width = gamma.value().size();
        int rows = width == 0 ? 0 : x.value().size() / width;
        Variable y = tape.output(x.shape(), x, gamma, beta);
        Tensor xv = x.value();
        Tensor scale = gamma.value();
        Tensor shift = beta.value();
        Tensor yv = y.value();
        kernels.channelAffine(
                rows,
                width,
                xv.array(),
                xv.offset(),
                scale.array(),
                scale.offset(),
                shift.array(),
                shift.offset(),
                yv.array(),
                yv.offset());
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            if (beta.needsGradient()) {
                Bias.addChannelSums(tape, dy, rows, width, beta.gradient());
            }
            if (gamma.needsGradient()) {
                Tensor dgamma = gamma.gradient();
                float[] zero = tape.buffer(Shape.of(width)).array();
                float[] dot = tape.buffer(Shape.of(width)).array();
                Arrays.fill(zero, 0, width, 0f);
                kernels.channelCentredDot(
                        rows, width, xv.array(), xv.offset(), zero, 0, dy.array(), dy.offset(), dot, 0);
                for (int d = 0; d < width; d++) {
                    dgamma.array()[dgamma.offset() + d] += dot[d];
                }
            }
            if (x.needsGradient()) {
                addScaled(dy, scale.array(), scale.offset(), width, x.gradient());
            }
        });
        return y;
    }

    /** {@code dx[row, d] += dy[row, d] * scale[d]}, rounded once. */
    static void addScaled(Tensor dy, float[] scale, int scaleOffset, int width, Tensor dx) {
        for (int at = 0; at < dy.size(); at += width) {
            for (int d = 0; d < width; d++) {
                int i = dx.offset() + at + d;
                dx.array()[i] = Math.fma(dy.array()[dy.offset() + at + d], scale[scaleOffset + d], dx.array()[i]);
            }
        }
    }
}
