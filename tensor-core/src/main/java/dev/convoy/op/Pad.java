package dev.convoy.op;

import dev.convoy.autograd.Tape;
import dev.convoy.autograd.Variable;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import java.util.Arrays;

/**
 * Padding, a linear map of its own: {@code y[position] = x[source(position)]}, and {@code dx[source] = sum of dy over the positions that
 * read it}, added in row-major order of the padded image. Source: Deep Learning Systems (CMU), "Padding".
 */
public final class Pad {
    private Pad() {}

    /**
     * Pads images on four sides; which pixel a position reads is {@link PaddingMode#source}. Under {@code MEAN} every position outside
     * reads the channel's mean over the image, {@code m[n,c] = sum over pixels of x[n,..,c] / (H W)}, a sum of eight stripes; its adjoint
     * adds {@code (sum of dy[n,..,c] over the padding) / (H W)}, of eight stripes in row-major order, to every pixel.
     *
     * @param x {@code [N, H, W, C]}
     * @return {@code [N, H + top + bottom, W + left + right, C]}; x itself where nothing is padded
     * @throws IllegalArgumentException unless x has rank 4 and at least one pixel, and no side is negative
     */
    public static Variable apply(Tape tape, Variable x, int top, int bottom, int left, int right, PaddingMode mode) {
        Shape in = x.shape();
        if (in.rank() != 4 || in.size() == 0 || top < 0 || bottom < 0 || left < 0 || right < 0) {
            throw new IllegalArgumentException(
                    "pad: expected an input [N, H, W, C] that is not empty and no negative side; got " + in + ", top "
                            + top + ", bottom " + bottom + ", left " + left + ", right " + right);
        }
        if (top == 0 && bottom == 0 && left == 0 && right == 0) {
            return x;
        }
        int[] before = {0, top, left, 0};
        int[] after = {0, bottom, right, 0};
        if (mode == PaddingMode.ZERO) {
            return constant(tape, x, 0, before, after);
        }
        Variable y = tape.output(enlarged(in, before, after), x);
        Frame frame = new Frame(in, y.shape(), top, left, mode);
        Tensor xv = x.value();
        if (mode == PaddingMode.MEAN) {
            Tensor mean = tape.buffer(Shape.of(in.extent(3)));
            for (int n = 0; n < in.extent(0); n++) {
                mean(tape, xv, n, mean);
                frame.read(n, xv, mean, y.value());
            }
        } else {
            for (int n = 0; n < in.extent(0); n++) {
                frame.read(n, xv, xv, y.value());
            }
        }
        tape.record(y, () -> {
            Tensor dy = y.gradient();
            Tensor dx = x.gradient();
            for (int n = 0; n < in.extent(0); n++) {
                frame.addBack(n, dy, dx);
            }
            if (mode == PaddingMode.MEAN) {
                Tensor outside = tape.buffer(Shape.of(frame.positionsOutside(), in.extent(3)));
                Tensor sum = tape.buffer(Shape.of(in.extent(3)));
                for (int n = 0; n < in.extent(0); n++) {
                    frame.collectOutside(n, dy, outside);
                    spread(tape, outside, sum, n, dx);
                }
            }
        });
        return y;
    }

    private static void mean(Tape tape, Tensor x, int n, Tensor mean) {
        int channels = mean.size();
        int pixels = x.shape().sizeOfOne() / channels;
        int image = x.offset() + n * x.shape().sizeOfOne();
        tape.kernels().channelSum(pixels, channels, x.array(), image, mean.array(), mean.offset());
        for (int c = 0; c < channels; c++) {
            mean.array()[mean.offset() + c] /= pixels;
        }
    }

    /** The transpose of {@link #mean}, for all positions outside at once. */
    private static void spread(Tape tape, Tensor outside, Tensor sum, int n, Tensor dx) {
        int channels = sum.size();
        int pixels = dx.shape().sizeOfOne() / channels;
        int positions = outside.shape().extent(0);
        tape.kernels().channelSum(positions, channels, outside.array(), outside.offset(), sum.array(), sum.offset());
        for (int c = 0; c < channels; c++) {
            sum.array()[sum.offset() + c] /= pixels;
        }
        int image = dx.offset() + n * dx.shape().sizeOfOne();
        for (int pixel = 0; pixel < pixels; pixel++) {
            addRun(channels, sum.array(), sum.offset(), dx.array(), image + pixel * channels);
        }
    }

    /**
     * Puts {@code value} around x, along any axes: {@code before[axis]} entries in front and {@code after[axis]} behind; {@code dx} is the
     * part of dy that x became.
     *
     * @param before one number per axis, not negative
     * @param after one number per axis, not negative
     * @throws IllegalArgumentException unless there is one number per axis and none is negative
     */
    public static Variable constant(Tape tape, Variable x, float value, int[] before, int[] after) {
        Variable y = tape.output(enlarged(x.shape(), before, after), x);
        Tensor yv = y.value();
        Arrays.fill(yv.array(), yv.offset(), yv.offset() + yv.size(), value);
        Strided whole = Strided.of(x.shape());
        Strided inside = Strided.of(y.shape());
        for (int axis = 0; axis < before.length; axis++) {
            inside = inside.slice(axis, before[axis], 1, x.shape().extent(axis));
        }
        Strided part = inside;
        Strided.copy(x.value(), whole, yv, part);
        tape.record(y, () -> Strided.add(y.gradient(), part, x.gradient(), whole));
        return y;
    }

    private static Shape enlarged(Shape in, int[] before, int[] after) {
        boolean fits = before.length == in.rank() && after.length == in.rank();
        int[] extents = in.toArray();
        for (int axis = 0; fits && axis < extents.length; axis++) {
            long extent = (long) extents[axis] + before[axis] + after[axis];
            fits = before[axis] >= 0 && after[axis] >= 0 && extent <= Integer.MAX_VALUE;
            extents[axis] = (int) extent;
        }
        if (!fits) {
            throw new IllegalArgumentException("pad: expected one number per axis of " + in
                    + ", none negative, less than 2^31 in all; got before " + Arrays.toString(before) + ", after "
                    + Arrays.toString(after));
        }
        return Shape.of(extents);
    }

    static void addRun(int length, float[] from, int fromAt, float[] to, int toAt) {
        for (int i = 0; i < length; i++) {
            to[toAt + i] += from[fromAt + i];
        }
    }

    /** An image and what is around it. */
    private record Frame(Shape in, Shape out, int top, int left, PaddingMode mode) {
        int positionsOutside() {
            return out.extent(1) * out.extent(2) - in.extent(1) * in.extent(2);
        }

        /** Lays image n of x out with its frame in y; positions that read no pixel take {@code instead}, one value per channel. */
        void read(int n, Tensor x, Tensor instead, Tensor y) {
            walk(n, (at, source, pixels) -> {
                boolean none = source == PaddingMode.NONE;
                Tensor from = none ? instead : x;
                System.arraycopy(
                        from.array(),
                        from.offset() + (none ? 0 : source),
                        y.array(),
                        y.offset() + at,
                        pixels * in.extent(3));
            });
        }

        /** Adds dy to the pixel each position read. */
        void addBack(int n, Tensor dy, Tensor dx) {
            walk(n, (at, source, pixels) -> {
                if (source != PaddingMode.NONE) {
                    addRun(pixels * in.extent(3), dy.array(), dy.offset() + at, dx.array(), dx.offset() + source);
                }
            });
        }

        /** Puts what lies at the positions that read no pixel side by side: {@code [positions, C]}. */
        void collectOutside(int n, Tensor dy, Tensor outside) {
            int[] next = {outside.offset()};
            walk(n, (at, source, pixels) -> {
                if (source == PaddingMode.NONE) {
                    System.arraycopy(dy.array(), dy.offset() + at, outside.array(), next[0], in.extent(3));
                    next[0] += in.extent(3);
                }
            });
        }

        /** Some positions side by side, from {@code at} on, that read as many pixels from {@code source} on; both count floats. */
        private interface Run {
            void visit(int at, int source, int pixels);
        }

        /** Visits every position of padded image n once, in row-major order; a row's inside is one run, what is outside goes one by one. */
        private void walk(int n, Run run) {
            int height = in.extent(1);
            int width = in.extent(2);
            int channels = in.extent(3);
            int at = n * out.sizeOfOne();
            for (int i = 0; i < out.extent(1); i++) {
                int h = mode.source(i - top, height);
                int line = (n * height + h) * width;
                for (int j = 0; j < out.extent(2); ) {
                    int v = mode.source(j - left, width);
                    boolean none = h == PaddingMode.NONE || v == PaddingMode.NONE;
                    int pixels = j == left && !none ? width : 1;
                    run.visit(at, none ? PaddingMode.NONE : (line + v) * channels, pixels);
                    j += pixels;
                    at += pixels * channels;
                }
            }
        }
    }
}
