package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * One-dimensional convolution: input {@code [N, L, C]}, weight {@code [S, C/groups, K]}, output {@code [N, Q, K]},
 * {@code z[n,q,k] = bias[k] + sum over s, c of xpad[n, q*stride + s*dilation, group(k)*C/g + c] * w[s,c,k]}. It is {@link Conv2d} of an
 * image of one row; forward and adjoints are its.
 */
public final class Conv1d {
    private Conv1d() {}

    /**
     * @param bias {@code [K]}, or null for none
     * @param window {@link Window#line} with stride, dilation and {@linkplain Window#horizontalPadding padding}
     * @throws IllegalArgumentException if the shapes do not fit each other; the message shows both
     */
    public static Variable apply(
            Tape tape, Variable x, Variable weight, @Nullable Variable bias, Window window, int groups) {
        Shape in = x.shape();
        Shape w = weight.shape();
        if (in.rank() != 3 || w.rank() != 3) {
            throw new IllegalArgumentException(
                    "conv1d: expected an input and a weight of rank 3; input " + in + " (NLC), weight " + w + " (SCK)");
        }
        requireLine("conv1d", in, window);
        Variable filter = Reshape.apply(tape, weight, Shape.of(1, w.extent(0), w.extent(1), w.extent(2)));
        return line(tape, Conv2d.apply(tape, image(tape, x), filter, bias, window, groups));
    }

    /** {@code [N, L, C]} to {@code [N, 1, L, C]}. */
    static Variable image(Tape tape, Variable x) {
        Shape in = x.shape();
        return Reshape.apply(tape, x, Shape.of(in.extent(0), 1, in.extent(1), in.extent(2)));
    }

    /** {@code [N, 1, Q, K]} to {@code [N, Q, K]}. */
    static Variable line(Tape tape, Variable z) {
        Shape out = z.shape();
        return Reshape.apply(tape, z, Shape.of(out.extent(0), out.extent(2), out.extent(3)));
    }

    static void requireLine(String name, Shape input, Window window) {
        if (window.height() != 1 || window.padTop() != 0 || window.padBottom() != 0) {
            throw new IllegalArgumentException(name + ": expected a window of one row, padded at the left and right "
                    + "only; got " + window + " for input " + input + " (NLC)");
        }
    }
}
