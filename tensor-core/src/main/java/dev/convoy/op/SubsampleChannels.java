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
     */
    public static Variable apply(Tape tape, Variable x, int stride, int channels) {
        Shape in = x.shape();
        if (in.rank() != 4 || stride < 1 || channels < in.extent(3)) {
            throw new IllegalArgumentException(
                    "subsample: expected an input [N, H, W, C], a stride of at least 1 and at least C channels; got "
                            + in + ", stride " + stride + ", " + channels + " channels");
        }
        Variable y = tape.output(output(in, stride, channels), x);
        Tensor to = y.value();
        Arrays.fill(to.array(), to.offset(), to.offset() + to.size(), 0f);
        each(
                in,
                y.shape(),
                stride,
                (from, at) -> System.arraycopy(
                        x.value().array(), x.value().offset() + from, to.array(), to.offset() + at, in.extent(3)));
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            each(in, y.shape(), stride, (from, at) -> {
                for (int c = 0; c < in.extent(3); c++) {
                    dx.array()[dx.offset() + from + c] += dy.array()[dy.offset() + at + c];
                }
            });
        });
        return y;
    }

    private static Shape output(Shape in, int stride, int channels) {
        return Shape.of(
                in.extent(0), (in.extent(1) + stride - 1) / stride, (in.extent(2) + stride - 1) / stride, channels);
    }

    private interface Pixel {
        void visit(int from, int at);
    }

    private static void each(Shape in, Shape out, int stride, Pixel pixel) {
        int before = (out.extent(3) - in.extent(3)) / 2;
        for (int n = 0; n < out.extent(0); n++) {
            for (int p = 0; p < out.extent(1); p++) {
                for (int q = 0; q < out.extent(2); q++) {
                    int from = ((n * in.extent(1) + p * stride) * in.extent(2) + q * stride) * in.extent(3);
                    int at = ((n * out.extent(1) + p) * out.extent(2) + q) * out.extent(3) + before;
                    pixel.visit(from, at);
                }
            }
        }
    }
}
