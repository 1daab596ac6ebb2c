package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.PoolGeometry;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;

/**
 * Maximum and average over a sliding window, channel by channel: {@code [N, H, W, C]} to {@code [N, P, Q, C]}. Where the window does not
 * divide the image, {@code ceilMode} adds a last window that reaches past it ({@link PoolGeometry}).
 */
public final class Pool2d {
    private Pool2d() {}

    /** {@code y = max over the window}, P and Q rounded down; dy goes to the first tap that holds the maximum. */
    public static Variable max(Tape tape, Variable x, Window window) {
        return max(tape, x, window, false);
    }

    /**
     * {@code y = max over the taps inside the image}; dy goes to the first of them that holds the maximum.
     *
     * @throws IllegalArgumentException if the window does not fit; see {@link PoolGeometry}
     */
    public static Variable max(Tape tape, Variable x, Window window, boolean ceilMode) {
        PoolGeometry g = geometry(x.shape(), window, ceilMode);
        Variable y = tape.output(Shape.of(g.batch(), g.outputHeight(), g.outputWidth(), g.channels()), x);
        Tensor from = x.value();
        Tensor to = y.value();
        tape.kernels().maxPool(g, from.array(), from.offset(), to.array(), to.offset());
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            x.addOverwriting(dx -> tape.kernels()
                    .maxPoolAdjoint(
                            g,
                            from.array(),
                            from.offset(),
                            to.array(),
                            to.offset(),
                            dy.array(),
                            dy.offset(),
                            dx.array(),
                            dx.offset()));
        });
        return y;
    }

    /** {@code y = sum over the window / (R S)}, padding counted as zeros, P and Q rounded down; every tap gets {@code dy / (R S)}. */
    public static Variable average(Tape tape, Variable x, Window window) {
        return average(tape, x, window, false, true);
    }

    /**
     * {@code y = sum over the taps inside the image / counted}; every one of them gets {@code dy / counted}.
     *
     * @param countPadding whether the taps counted are those inside the padded image, which is less than R S for a window that
     *     {@code ceilMode} lets reach past it, or those inside the image alone
     * @throws IllegalArgumentException if the window does not fit; see {@link PoolGeometry}
     */
    public static Variable average(Tape tape, Variable x, Window window, boolean ceilMode, boolean countPadding) {
        PoolGeometry g = geometry(x.shape(), window, ceilMode);
        Variable y = tape.output(Shape.of(g.batch(), g.outputHeight(), g.outputWidth(), g.channels()), x);
        Tensor from = x.value();
        Tensor to = y.value();
        tape.kernels().averagePool(g, countPadding, from.array(), from.offset(), to.array(), to.offset());
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            x.addOverwriting(dx -> tape.kernels()
                    .averagePoolAdjoint(g, countPadding, dy.array(), dy.offset(), dx.array(), dx.offset()));
        });
        return y;
    }

    /** The maximum of each channel over the whole image: {@code [N, H, W, C]} to {@code [N, 1, 1, C]}. */
    public static Variable globalMax(Tape tape, Variable x) {
        return max(tape, x, whole(x.shape()));
    }

    /** The mean of each channel over the whole image: {@code [N, H, W, C]} to {@code [N, 1, 1, C]}. */
    public static Variable globalAverage(Tape tape, Variable x) {
        return average(tape, x, whole(x.shape()));
    }

    private static Window whole(Shape x) {
        requireImages(x);
        return Window.of(Math.max(1, x.extent(1)), Math.max(1, x.extent(2)));
    }

    private static PoolGeometry geometry(Shape x, Window window, boolean ceilMode) {
        requireImages(x);
        return new PoolGeometry(x.extent(0), x.extent(1), x.extent(2), x.extent(3), window, ceilMode);
    }

    private static void requireImages(Shape x) {
        if (x.rank() != 4) {
            throw new IllegalArgumentException("pool2d: expected an input [N, H, W, C] but got " + x);
        }
    }
}
