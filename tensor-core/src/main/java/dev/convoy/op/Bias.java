package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Kernels;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/** {@code y[.., c] = x[.., c] + bias[c]} over the last axis; {@code dx = dy}, {@code dbias[c] = sum over rows of dy[row, c]}. */
public final class Bias {
    private Bias() {}

    /** @throws IllegalArgumentException unless the bias has one value per entry of the last axis */
    public static Variable apply(Tape tape, Variable x, Variable bias) {
        if (x.shape().rank() == 0 || !bias.shape().equals(Shape.of(x.shape().extent(-1)))) {
            throw new IllegalArgumentException("bias: expected one value per entry of the last axis of the input "
                    + x.shape() + " but got " + bias.shape());
        }
        int channels = bias.value().size();
        int rows = channels == 0 ? 0 : x.value().size() / channels;
        Variable y = tape.output(x.shape(), x, bias);
        Tensor from = x.value();
        Tensor shift = bias.value();
        Tensor to = y.value();
        for (int row = 0; row < rows; row++) {
            int at = row * channels;
            Add.add(
                    channels,
                    from.array(),
                    from.offset() + at,
                    shift.array(),
                    shift.offset(),
                    to.array(),
                    to.offset() + at);
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            if (x.needsGradient()) {
                Add.addTo(x, dy);
            }
            if (bias.needsGradient()) {
                addChannelSums(tape, dy, rows, channels, bias.gradient());
            }
        });
        return y;
    }

    /** {@code dbias[c] += sum over rows of dy[row, c]}: the adjoint of adding one value to every row. */
    static void addChannelSums(Tape tape, Tensor dy, int rows, int channels, Tensor dbias) {
        Kernels kernels = tape.kernels();
        Tensor sums = tape.buffer(Shape.of(channels));
        kernels.channelSum(rows, channels, dy.array(), dy.offset(), sums.array(), sums.offset());
        for (int c = 0; c < channels; c++) {
            dbias.array()[dbias.offset() + c] += sums.get(c);
        }
    }
}
