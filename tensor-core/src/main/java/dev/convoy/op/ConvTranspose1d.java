package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * One-dimensional transposed convolution: input {@code [N, L, C]}, weight {@code [S, K/groups, C]}, that of the convolution it transposes,
 * output {@code [N, Q, K]}; {@code Q = (L - 1) * stride - padLeft - padRight + dilation * (S - 1) + 1 + outputPad}. It is
 * {@link ConvTranspose2d} of an image of one row.
 */
public final class ConvTranspose1d {
    private ConvTranspose1d() {}

    /**
     * @param bias {@code [K]}, or null for none
     * @param window {@link Window#line} with stride, dilation and {@linkplain Window#horizontalPadding padding}
     * @param outputPad pixels added at the right, fewer than the stride
     * @throws IllegalArgumentException if the shapes do not fit each other; the message shows both
     */
    public static Variable apply(
            Tape tape, Variable x, Variable weight, @Nullable Variable bias, Window window, int groups, int outputPad) {
        Shape in = x.shape();
        Shape w = weight.shape();
        if (in.rank() != 3 || w.rank() != 3) {
            throw new IllegalArgumentException("conv transpose: expected an input and a weight of rank 3; input " + in
                    + " (NLC), weight " + w + " (S, K/groups, C)");
        }
        Conv1d.requireLine("conv transpose", in, window);
        Variable filter = Reshape.apply(tape, weight, Shape.of(1, w.extent(0), w.extent(1), w.extent(2)));
        Variable image = Conv1d.image(tape, x);
        return Conv1d.line(tape, ConvTranspose2d.apply(tape, image, filter, bias, window, groups, 0, outputPad));
    }
}
