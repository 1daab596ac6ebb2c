package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Two-dimensional convolution {@code z = x * w + bias}: input {@code [N, H, W, C]}, weight {@code [R, S, C/groups, K]}, output
 * {@code [N, P, Q, K]}; the formula is in {@link Kernels#conv2d}. Every padding mode goes with every stride, dilation and number of
 * groups: other than with zeros, x is first laid out by {@link Pad}.
 *
 * <p>It is linear in x and in w, so its two adjoints are the two transposed matrices: {@code dw = im2col(x)^T dz}, and
 * {@code dx} the convolution of dz with the flipped filter, channels swapped. Source: Deep Learning Systems (CMU),
 * "Differentiating convolutions".
 */
public final class Conv2d {
    private Conv2d() {}

    /**
     * @param bias {@code [K]}, or null for none
     * @throws IllegalArgumentException if the shapes do not fit each other; the message shows both
     */
    public static Variable apply(
            Tape tape, Variable x, Variable weight, @Nullable Variable bias, Window window, int groups) {
        ConvGeometry g = geometry(x.shape(), weight.shape(), bias == null ? null : bias.shape(), window, groups);
        return convolve(tape, x, weight, bias, g, null, null);
    }

    /**
     * {@link #apply}, and mean and variance of each output channel, with the bits of {@link Measured#of}. They cost no pass over memory of their
     * own where the vector kernels compute all channels at once; with groups, depthwise in slabs of channels, and with the scalar
     * kernels, the output is read once more.
     */
    public static Measured measured(
            Tape tape, Variable x, Variable weight, @Nullable Variable bias, Window window, int groups) {
        ConvGeometry g = geometry(x.shape(), weight.shape(), bias == null ? null : bias.shape(), window, groups);
        Tensor mean = tape.buffer(Shape.of(g.filters()));
        Tensor variance = tape.buffer(Shape.of(g.filters()));
        return new Measured(convolve(tape, x, weight, bias, g, mean, variance), mean, variance);
    }

    /**
     * Depthwise: every channel has M filters of its own; output channel {@code c * M + m} is channel c through filter m.
     *
     * @param weight {@code [R, S, 1, C * M]}
     * @param bias {@code [C * M]}, or null for none
     */
    public static Variable depthwise(Tape tape, Variable x, Variable weight, @Nullable Variable bias, Window window) {
        int channels = x.shape().rank() == 4 ? x.shape().extent(3) : 1;
        return apply(tape, x, weight, bias, window, channels);
    }

    /**
     * Pointwise: {@code z[n,h,w,k] = bias[k] + sum over c of x[n,h,w,c] * w[c,k]}, each pixel by itself.
     *
     * @param weight {@code [1, 1, C, K]}
     * @param bias {@code [K]}, or null for none
     */
    public static Variable pointwise(Tape tape, Variable x, Variable weight, @Nullable Variable bias) {
        return apply(tape, x, weight, bias, Window.square(1), 1);
    }

    /**
     * Separable: {@link #depthwise} without bias, then {@link #pointwise}. It is the convolution whose filter is the product
     * {@code w[r,s,c,k] = sum over m of depth[r,s,0,c*M+m] * point[0,0,c*M+m,k]}. Source: Chollet, "Xception", 2017.
     *
     * @param depth {@code [R, S, 1, C * M]}
     * @param point {@code [1, 1, C * M, K]}
     * @param bias {@code [K]}, or null for none
     */
    public static Variable separable(
            Tape tape, Variable x, Variable depth, Variable point, @Nullable Variable bias, Window window) {
        return pointwise(tape, depthwise(tape, x, depth, null, window), point, bias);
    }

    private static Variable convolve(
            Tape tape,
            Variable x,
            Variable weight,
            @Nullable Variable bias,
            ConvGeometry g,
            @Nullable Tensor mean,
            @Nullable Tensor variance) {
        if (!g.isZeroPadded()) {
            Window w = g.window();
            Variable padded = Pad.apply(tape, x, w.padTop(), w.padBottom(), w.padLeft(), w.padRight(), w.mode());
            return convolve(tape, padded, weight, bias, g.afterPadding(), mean, variance);
        }
        Kernels kernels = tape.kernels();
        Shape output = Shape.of(g.batch(), g.outputHeight(), g.outputWidth(), g.filters());
        Variable z = bias == null ? tape.output(output, x, weight) : tape.output(output, x, weight, bias);
        Tensor xv = x.value();
        Tensor wv = weight.value();
        Tensor zv = z.value();
        float[] biases = bias == null ? null : bias.value().array();
        int biasAt = bias == null ? 0 : bias.value().offset();
        if (mean == null || variance == null) {
            kernels.conv2d(
                    g, xv.array(), xv.offset(), wv.array(), wv.offset(), biases, biasAt, zv.array(), zv.offset());
        } else {
            kernels.conv2dAndMoments(
                    g,
                    xv.array(),
                    xv.offset(),
                    wv.array(),
                    wv.offset(),
                    biases,
                    biasAt,
                    zv.array(),
                    zv.offset(),
                    mean.array(),
                    variance.array());
        }
        tape.record(z, () -> {
            Tensor dz = z.gradient();
            if (bias != null && bias.needsGradient()) {
                Bias.addChannelSums(tape, dz, dz.size() / g.filters(), g.filters(), bias.gradient());
            }
            if (weight.needsGradient()) {
                Tensor dw = weight.gradient();
                kernels.conv2dWeightAdjointAdd(
                        g, xv.array(), xv.offset(), dz.array(), dz.offset(), dw.array(), dw.offset());
            }
            if (x.needsGradient()) {
                boolean begins = x.beginGradient();
                Tensor dx = x.gradient();
                if (begins) {
                    kernels.conv2dInputAdjoint(
                            g, dz.array(), dz.offset(), wv.array(), wv.offset(), dx.array(), dx.offset());
                } else {
                    kernels.conv2dInputAdjointAdd(
                            g, dz.array(), dz.offset(), wv.array(), wv.offset(), dx.array(), dx.offset());
                }
            }
        });
        return z;
    }

    private static ConvGeometry geometry(Shape x, Shape w, @Nullable Shape bias, Window window, int groups) {
        String wrong = wrong(x, w, bias, window, groups);
        if (wrong != null) {
            throw new IllegalArgumentException(
                    "conv2d: " + wrong + "; input " + x + " (NHWC), weight " + w + " (RSCK), groups " + groups);
        }
        return new ConvGeometry(x.extent(0), x.extent(1), x.extent(2), x.extent(3), w.extent(3), groups, window);
    }

    /** What does not fit; null if all does. */
    private static @Nullable String wrong(Shape x, Shape w, @Nullable Shape bias, Window window, int groups) {
        if (x.rank() != 4 || w.rank() != 4) {
            return "expected an input and a weight of rank 4";
        }
        if (groups < 1 || x.extent(3) != (long) w.extent(2) * groups) {
            return "weight and groups expect " + (long) w.extent(2) * groups + " input channels but the input has "
                    + x.extent(3);
        }
        if (w.extent(0) != window.height() || w.extent(1) != window.width()) {
            return "the weight's taps differ from the window " + window;
        }
        if (bias != null && (bias.rank() != 1 || bias.extent(0) != w.extent(3))) {
            return "expected a bias [" + w.extent(3) + "] but got " + bias;
        }
        return null;
    }
}
