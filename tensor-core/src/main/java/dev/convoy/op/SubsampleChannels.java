package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;

/**
 * The shortcut without parameters where a residual block changes the shape: every stride-th pixel, with zero channels before and
 * after: {@code y[n,p,q,before+c] = x[n, p*stride, q*stride, c]}, 0 elsewhere; {@code dx} reads the same elements of dy. Source:
 * He et al., "Deep residual learning for image recognition", 2015, option A.
 */
public final class SubsampleChannels {
    private SubsampleChannels() {}

    /**
     * @param x {@code [N, H, W, C]}
     * @param channels C', at least C; output {@code [N, ceil(H/stride), ceil(W/stride), C']}
     * @throws IllegalArgumentException unless x has rank 4, the stride is at least 1 and C' at least C
     */
    public static Variable apply(Tape tape, Variable x, int stride, int channels) {
        Shape in = x.shape();
        if (in.rank() != 4 || stride < 1 || channels < in.extent(3)) {
            throw new IllegalArgumentException(
                    "subsample: expected an input [N, H, W, C], a stride of at least 1 and at least C channels; got "
                            + in + ", stride " + stride + ", " + channels + " channels");
        }
        int height = entries(in.extent(1), stride);
        int width = entries(in.extent(2), stride);
        int before = (channels - in.extent(3)) / 2;
        Variable y = tape.output(Shape.of(in.extent(0), height, width, channels), x);
        Strided read = Strided.of(in).slice(1, 0, stride, height).slice(2, 0, stride, width);
        Strided write = Strided.of(y.shape()).slice(3, before, 1, in.extent(3));
        Tensor to = y.value();
        Arrays.fill(to.array(), to.offset(), to.offset() + to.size(), 0f);
        Strided.copy(x.value(), read, to, write);
        tape.record(y, () -> Strided.add(y.gradient(), write, x.gradient(), read));
        return y;
    }

    /** {@code ceil(extent / stride)}. */
    private static int entries(int extent, int stride) {
        return extent == 0 ? 0 : (extent - 1) / stride + 1;
    }
}
