package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.ConvTransposeGeometry;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Two-dimensional transposed convolution: input {@code [N, H, W, C]}, output {@code [N, P, Q, K]} with
 * {@code P = (H - 1) * strideH - padTop - padBottom + dilationH * (R - 1) + 1 + outputPad}. It multiplies by the transpose {@code What^T}
 * of the matrix of a convolution from {@code [N, P, Q, K]} to {@code [N, H, W, C]}, and has the weight of that convolution,
 * {@code [R, S, K/groups, C]}:
 *
 * <p>{@code z[n,p,q,k] = bias[k] + sum over h, w, c of x[n,h,w,c] * w[r,s,k,c]}, where {@code p + padTop = h*strideH + r*dilationH}, the
 * same for columns, c runs over the channels of k's group and k counts within its group in the weight.
 *
 * <p>So its forward pass is the input adjoint of that convolution, and its adjoints are {@code dx = conv(dz, w)} and {@code dw} the weight
 * adjoint with the roles of image and gradient exchanged, {@code im2col(dz)^T x}. Source: Dumoulin and Visin, "A guide to convolution
 * arithmetic for deep learning", 2016; PyTorch, {@code ConvTranspose2d}.
 */
public final class ConvTranspose2d {
    private ConvTranspose2d() {}

    /**
     * @param bias {@code [K]}, or null for none
     * @param window of the convolution this is the transpose of
     * @param outputPadHeight rows added at the bottom, fewer than the stride; of {@code strideH} images that convolution makes H rows of
     * @param outputPadWidth columns added at the right
     * @throws IllegalArgumentException if the shapes do not fit each other; the message shows both
     */
    public static Variable apply(
            Tape tape,
            Variable x,
            Variable weight,
            @Nullable Variable bias,
            Window window,
            int groups,
            int outputPadHeight,
            int outputPadWidth) {
        ConvGeometry g = geometry(
                        x.shape(),
                        weight.shape(),
                        bias == null ? null : bias.shape(),
                        window,
                        groups,
                        outputPadHeight,
                        outputPadWidth)
                .transposed();
        Kernels kernels = tape.kernels();
        Shape output = Shape.of(g.batch(), g.height(), g.width(), g.channels());
        Variable z = bias == null ? tape.output(output, x, weight) : tape.output(output, x, weight, bias);
        Tensor xv = x.value();
        Tensor wv = weight.value();
        Tensor zv = z.value();
        fill(zv, bias == null ? null : bias.value());
        kernels.conv2dInputAdjointAdd(g, xv.array(), xv.offset(), wv.array(), wv.offset(), zv.array(), zv.offset());
        tape.record(z, () -> {
            Tensor dz = z.gradient();
            if (bias != null && bias.needsGradient()) {
                Bias.addChannelSums(tape, dz, dz.size() / g.channels(), g.channels(), bias.gradient());
            }
            if (weight.needsGradient()) {
                Tensor dw = weight.gradient();
                kernels.conv2dWeightAdjointAdd(
                        g, dz.array(), dz.offset(), xv.array(), xv.offset(), dw.array(), dw.offset());
            }
            if (x.needsGradient()) {
                Tensor sum = tape.buffer(x.shape());
                kernels.conv2d(g, dz.array(), dz.offset(), wv.array(), wv.offset(), null, 0, sum.array(), sum.offset());
                Tensor dx = x.gradient();
                Pad.addRun(sum.size(), sum.array(), sum.offset(), dx.array(), dx.offset());
            }
        });
        return z;
    }

    /** The bias at every pixel, or zeros. */
    private static void fill(Tensor z, @Nullable Tensor bias) {
        if (bias == null) {
            Arrays.fill(z.array(), z.offset(), z.offset() + z.size(), 0f);
            return;
        }
        for (int at = 0; at < z.size(); at += bias.size()) {
            System.arraycopy(bias.array(), bias.offset(), z.array(), z.offset() + at, bias.size());
        }
    }

    private static ConvTransposeGeometry geometry(
            Shape x,
            Shape w,
            @Nullable Shape bias,
            Window window,
            int groups,
            int outputPadHeight,
            int outputPadWidth) {
        String shapes = "; input " + x + " (NHWC), weight " + w + " (R, S, K/groups, C), groups " + groups;
        if (x.rank() != 4 || w.rank() != 4) {
            throw new IllegalArgumentException("conv transpose: expected an input and a weight of rank 4" + shapes);
        }
        if (w.extent(3) != x.extent(3)) {
            throw new IllegalArgumentException("conv transpose: weight expects " + w.extent(3)
                    + " input channels but the input has " + x.extent(3) + shapes);
        }
        if (w.extent(0) != window.height() || w.extent(1) != window.width()) {
            throw new IllegalArgumentException(
                    "conv transpose: the weight's taps differ from the window " + window + shapes);
        }
        int filters = (int) Math.min((long) w.extent(2) * groups, Integer.MAX_VALUE);
        ConvTransposeGeometry g = new ConvTransposeGeometry(
                x.extent(0),
                x.extent(1),
                x.extent(2),
                x.extent(3),
                filters,
                groups,
                window,
                outputPadHeight,
                outputPadWidth);
        if (bias != null && !bias.equals(Shape.of(filters))) {
            throw new IllegalArgumentException(
                    "conv transpose: expected a bias [" + filters + "] but got " + bias + shapes);
        }
        return g;
    }
}
