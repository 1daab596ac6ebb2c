package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;

/**
 * Averages of as many windows as are asked for, of whatever size that takes: output row p is the mean of the input rows
 * {@code floor(p H / P) .. ceil((p + 1) H / P) - 1}, the same for columns; neighbouring windows may share pixels, and with P greater than
 * H pixels are repeated. {@code y = (sum over the window, row-major, begun at +0) * (1f / pixels)}; every pixel of a window gets
 * {@code dy * (1f / pixels)}, windows in (n, p, q) order. Source: PyTorch, {@code adaptive_avg_pool2d}.
 */
public final class AdaptiveAveragePool {
    private AdaptiveAveragePool() {}

    /**
     * @param x {@code [N, H, W, C]}
     * @param height P
     * @param width Q; output {@code [N, P, Q, C]}
     * @throws IllegalArgumentException unless x has rank 4 and at least one pixel, and P and Q are at least 1
     */
    public static Variable apply(Tape tape, Variable x, int height, int width) {
        Shape in = x.shape();
        if (in.rank() != 4 || in.size() == 0 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "adaptive average pool: expected an input [N, H, W, C] that is not empty and an output of at least "
                            + "1x1; got " + in + " and " + height + "x" + width);
        }
        int channels = in.extent(3);
        Variable y = tape.output(Shape.of(in.extent(0), height, width, channels), x);
        Tensor xv = x.value();
        Tensor yv = y.value();
        Arrays.fill(yv.array(), yv.offset(), yv.offset() + yv.size(), 0f);
        each(in, y.shape(), (at, from, rows, columns) -> {
            int to = yv.offset() + at;
            for (int r = 0; r < rows; r++) {
                for (int s = 0; s < columns; s++) {
                    int pixel = xv.offset() + from + (r * in.extent(2) + s) * channels;
                    Pad.addRun(channels, xv.array(), pixel, yv.array(), to);
                }
            }
            float share = 1f / (rows * columns);
            for (int c = 0; c < channels; c++) {
                yv.array()[to + c] *= share;
            }
        });
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            each(in, y.shape(), (from, at, rows, columns) -> {
                float share = 1f / (rows * columns);
                for (int r = 0; r < rows; r++) {
                    for (int s = 0; s < columns; s++) {
                        int pixel = dx.offset() + at + (r * in.extent(2) + s) * channels;
                        for (int c = 0; c < channels; c++) {
                            dx.array()[pixel + c] += dy.array()[dy.offset() + from + c] * share;
                        }
                    }
                }
            });
        });
        return y;
    }

    /** The window of one output pixel, which begins at {@code output}; the window's first pixel begins at {@code input}. */
    private interface Averaged {
        void visit(int output, int input, int rows, int columns);
    }

    private static void each(Shape in, Shape out, Averaged window) {
        int output = 0;
        for (int n = 0; n < in.extent(0); n++) {
            for (int p = 0; p < out.extent(1); p++) {
                int top = begin(p, in.extent(1), out.extent(1));
                int rows = end(p, in.extent(1), out.extent(1)) - top;
                for (int q = 0; q < out.extent(2); q++, output += out.extent(3)) {
                    int left = begin(q, in.extent(2), out.extent(2));
                    int columns = end(q, in.extent(2), out.extent(2)) - left;
                    int input = ((n * in.extent(1) + top) * in.extent(2) + left) * in.extent(3);
                    window.visit(output, input, rows, columns);
                }
            }
        }
    }

    private static int begin(int output, int inputs, int outputs) {
        return (int) ((long) output * inputs / outputs);
    }

    private static int end(int output, int inputs, int outputs) {
        return (int) (((output + 1L) * inputs + outputs - 1) / outputs);
    }
}
