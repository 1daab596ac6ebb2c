package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@link BatchNorm}, {@link Add} and {@link Relu} in one: {@code y = max(0, batchNorm(x) + residual)}, the end of a layer or, with a
 * residual, of a residual block. The bits are those of the operations one after the other; what passes between them is neither written
 * nor read. Source of the end of a block: He et al., "Deep residual learning for image recognition", 2015.
 *
 * <p>Backwards, the gradient of the residual or of x takes the place of y's, which is gone then.
 *
 * <p>With {@code dz = dy where y > 0, else 0}: {@code dresidual = dz}, and dx, dgamma and dbeta are those of {@link BatchNorm} for dz.
 */
public final class BatchNormRelu {
    private BatchNormRelu() {}

    /**
     * Normalises by the batch's own statistics.
     *
     * @param gamma scale {@code [C]}
     * @param beta shift {@code [C]}
     * @param residual of the shape of x, or null for none
     * @throws IllegalArgumentException if x is empty, or any of the others has another shape
     */
    public static BatchNorm.Result train(
            Tape tape, Variable x, Variable gamma, Variable beta, @Nullable Variable residual, float epsilon) {
        return train(tape, Measured.of(tape, x), gamma, beta, residual, epsilon);
    }

    /** The same of a batch that is measured already. */
    public static BatchNorm.Result train(
            Tape tape, Measured measured, Variable gamma, Variable beta, @Nullable Variable residual, float epsilon) {
        Variable x = measured.batch();
        requireResidual(x, residual);
        ChannelScale map = ChannelScale.of(tape, measured, gamma, beta, epsilon);
        Variable y = forward(tape, x, gamma, beta, residual, map);
        tape.record(y, () -> {
            float[] sum = tape.buffer(Shape.of(map.channels())).array();
            float[] dot = tape.buffer(Shape.of(map.channels())).array();
            if (residual == null) {
                carryBack(tape, y, x, gamma, beta, map, sum, dot);
            } else {
                carryBack(tape, y, x, gamma, beta, residual, map, sum, dot);
            }
        });
        return new BatchNorm.Result(y, map.mean(), map.variance());
    }

    /** Where y was positive is told from x: so y is not read, and dz is not written. */
    private static void carryBack(
            Tape tape,
            Variable y,
            Variable x,
            Variable gamma,
            Variable beta,
            ChannelScale map,
            float[] sum,
            float[] dot) {
        Kernels kernels = tape.kernels();
        int channels = map.channels();
        Tensor xv = x.value();
        Tensor dy = y.gradient();
        kernels.channelReluSumAndDot(
                map.rows(),
                channels,
                xv.array(),
                xv.offset(),
                map.mean().array(),
                map.scale(),
                map.shift(),
                dy.array(),
                dy.offset(),
                sum,
                dot);
        map.addParameterGradients(gamma, beta, sum, dot);
        if (x.needsGradient()) {
            map.inputAdjointInPlace(sum, dot);
            x.addInPlaceOf(
                    y,
                    dx -> kernels.channelReluCombine(
                            map.rows(),
                            channels,
                            xv.array(),
                            xv.offset(),
                            map.scale(),
                            map.shift(),
                            dy.array(),
                            dy.offset(),
                            dot,
                            sum,
                            dx.array(),
                            dx.offset()));
        }
    }

    /** dz, in place of dy, is also what is added to the residual's gradient. */
    private static void carryBack(
            Tape tape,
            Variable y,
            Variable x,
            Variable gamma,
            Variable beta,
            Variable residual,
            ChannelScale map,
            float[] sum,
            float[] dot) {
        Tensor xv = x.value();
        Tensor yv = y.value();
        Tensor dy = y.gradient();
        Consumer<Tensor> rectifierAndSums = dz -> tape.kernels()
                .channelReluAdjointSumAndDot(
                        map.rows(),
                        map.channels(),
                        xv.array(),
                        xv.offset(),
                        map.mean().array(),
                        yv.array(),
                        yv.offset(),
                        dy.array(),
                        dy.offset(),
                        sum,
                        dot,
                        dz.array(),
                        dz.offset());
        Tensor dz;
        if (residual.needsGradient()) {
            dz = residual.addInPlaceOf(y, rectifierAndSums);
        } else {
            dz = tape.buffer(y.shape());
            rectifierAndSums.accept(dz);
        }
        map.addParameterGradients(gamma, beta, sum, dot);
        if (x.needsGradient()) {
            map.inputAdjointInPlace(sum, dot);
            x.addOverwriting(BatchNorm.inputAdjoint(tape, x, dz, map, dot, sum));
        }
    }

    /**
     * Normalises by given statistics, constants, as in evaluation. Where a gradient is asked for, it is the operations one after the
     * other.
     *
     * @param residual of the shape of x, or null for none
     * @param mean {@code [C]}
     * @param variance {@code [C]}
     * @throws IllegalArgumentException if x is empty, or any of the others has another shape
     */
    public static Variable evaluate(
            Tape tape,
            Variable x,
            Variable gamma,
            Variable beta,
            @Nullable Variable residual,
            Tensor mean,
            Tensor variance,
            float epsilon) {
        requireResidual(x, residual);
        boolean constant = !x.needsGradient() && !gamma.needsGradient() && !beta.needsGradient();
        if (constant && (residual == null || !residual.needsGradient())) {
            ChannelScale map = ChannelScale.of(tape, x, gamma, beta, mean, variance, epsilon);
            return forward(tape, x, gamma, beta, residual, map);
        }
        Variable normalised = BatchNorm.evaluate(tape, x, gamma, beta, mean, variance, epsilon);
        return Relu.apply(tape, residual == null ? normalised : Add.apply(tape, normalised, residual));
    }

    private static Variable forward(
            Tape tape, Variable x, Variable gamma, Variable beta, @Nullable Variable residual, ChannelScale map) {
        Variable y = residual == null
                ? tape.output(x.shape(), x, gamma, beta)
                : tape.output(x.shape(), x, gamma, beta, residual);
        Tensor xv = x.value();
        Tensor yv = y.value();
        tape.kernels()
                .channelAffineRelu(
                        map.rows(),
                        map.channels(),
                        xv.array(),
                        xv.offset(),
                        map.scale(),
                        map.shift(),
                        residual == null ? null : residual.value().array(),
                        residual == null ? 0 : residual.value().offset(),
                        yv.array(),
                        yv.offset());
        return y;
    }

    private static void requireResidual(Variable x, @Nullable Variable residual) {
        if (residual != null && !residual.shape().equals(x.shape())) {
            throw new IllegalArgumentException(
                    "batch norm: expected a residual " + x.shape() + ", as the input, but got " + residual.shape());
        }
    }
}
