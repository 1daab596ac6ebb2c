package dev.convoy.kernel;

import org.jspecify.annotations.Nullable;

/**
 * One pooling's sizes: input {@code x [N, H, W, C]}, output {@code y [N, P, Q, C]}.
 *
 * @param batch N
 * @param height H
 * @param width W
 * @param channels C
 * @param window R x S taps with stride, dilation and padding; no pad may exceed half of what one window spans
 * @param ceilMode whether P and Q are rounded up, so that a last window may reach past the padded input; it must begin inside the
 *     input or the padding before it. Source: PyTorch, {@code max_pool2d}
 */
public record PoolGeometry(int batch, int height, int width, int channels, Window window, boolean ceilMode) {

    /** @throws IllegalArgumentException for empty extents, a window larger than the padded input, one that may see no pixel, or overflow */
    public PoolGeometry {
        String wrong = wrong(batch, height, width, channels, window, ceilMode);
        if (wrong != null) {
            throw new IllegalArgumentException("pool2d: input [" + batch + ", " + height + ", " + width + ", "
                    + channels + "] (NHWC), window " + window + ": " + wrong);
        }
    }

    /** What is wrong with these sizes; null if nothing is. */
    private static @Nullable String wrong(
            int batch, int height, int width, int channels, Window window, boolean ceilMode) {
        if (batch < 1 || height < 1 || width < 1 || channels < 1) {
            return "every extent must be at least 1";
        }
        if (window.mode() != PaddingMode.ZERO) {
            return "pooling has no padding modes; pad the input beforehand";
        }
        if (!ConvGeometry.fitsArray(batch, height, width, channels)) {
            return ConvGeometry.tooLarge("the input");
        }
        if (!ConvGeometry.fitsArray(1, window.paddedHeight(height), window.paddedWidth(width), channels)) {
            return ConvGeometry.tooLarge("one padded image");
        }
        if (window.outputHeight(height) < 1 || window.outputWidth(width) < 1) {
            return "the window is larger than the padded input; enlarge the padding or shrink it";
        }
        int outputHeight = outputHeight(height, window, ceilMode);
        int outputWidth = outputWidth(width, window, ceilMode);
        if (!ConvGeometry.fitsArray(batch, outputHeight, outputWidth, channels)) {
            return ConvGeometry.tooLarge("the output");
        }
        int spanHeight = (window.height() - 1) * window.dilationHeight() + 1;
        int spanWidth = (window.width() - 1) * window.dilationWidth() + 1;
        if (Math.max(window.padTop(), window.padBottom()) > spanHeight / 2
                || Math.max(window.padLeft(), window.padRight()) > spanWidth / 2) {
            return "padding may be at most half the window, or a window could see no pixel at all";
        }
        boolean blindRow = seesNothing(
                height, outputHeight, window.height(), window.strideHeight(), window.dilationHeight(), window.padTop());
        boolean blindColumn = seesNothing(
                width, outputWidth, window.width(), window.strideWidth(), window.dilationWidth(), window.padLeft());
        return blindRow || blindColumn ? "with this dilation a window would see no pixel at all" : null;
    }

    /** P and Q rounded down: no window reaches past the padded input. */
    public PoolGeometry(int batch, int height, int width, int channels, Window window) {
        this(batch, height, width, channels, window, false);
    }

    /** The same of other images. */
    public PoolGeometry ofBatch(int images) {
        return images == batch ? this : new PoolGeometry(images, height, width, channels, window, ceilMode);
    }

    /** Whether some output has all its taps along one axis in the padding. */
    private static boolean seesNothing(int input, int outputs, int taps, int stride, int dilation, int pad) {
        for (int output = 0; output < outputs; output++) {
            // The first tap at or after pixel 0.
            int from = output * stride - pad;
            int first = Math.max(0, -Math.floorDiv(from, dilation));
            if (first >= taps || from + first * dilation >= input) {
                return true;
            }
        }
        return false;
    }

    /** P, by the formula of {@link Window#outputHeight}, or rounded up. */
    public int outputHeight() {
        return outputHeight(height, window, ceilMode);
    }

    /** Q. */
    public int outputWidth() {
        return outputWidth(width, window, ceilMode);
    }

    private static int outputHeight(int height, Window window, boolean ceilMode) {
        int floor = window.outputHeight(height);
        boolean oneMore = ceilMode
                && reachesPast(
                        floor,
                        height,
                        window.padTop(),
                        window.padBottom(),
                        window.height(),
                        window.strideHeight(),
                        window.dilationHeight());
        return oneMore ? floor + 1 : floor;
    }

    private static int outputWidth(int width, Window window, boolean ceilMode) {
        int floor = window.outputWidth(width);
        boolean oneMore = ceilMode
                && reachesPast(
                        floor,
                        width,
                        window.padLeft(),
                        window.padRight(),
                        window.width(),
                        window.strideWidth(),
                        window.dilationWidth());
        return oneMore ? floor + 1 : floor;
    }

    /** Whether the windows rounded down leave something over, and one more would begin inside the input or the padding before it. */
    private static boolean reachesPast(
            int outputs, int input, int before, int after, int taps, int stride, int dilation) {
        long next = (long) outputs * stride;
        long covered = next - stride + (long) (taps - 1) * dilation + 1;
        return covered < (long) input + before + after && next < (long) input + before;
    }

    /**
     * How many rows of taps the average of output row p counts: those inside the image or, with {@code countPadding}, inside the padded
     * image. A window that reaches past the padding does not count what lies there.
     */
    public int countedRows(int p, boolean countPadding) {
        int from = p * window.strideHeight() - window.padTop();
        return countPadding
                ? counted(from, -window.padTop(), height + window.padBottom(), window.height(), window.dilationHeight())
                : counted(from, 0, height, window.height(), window.dilationHeight());
    }

    /** The same for the columns of output column q. */
    public int countedColumns(int q, boolean countPadding) {
        int from = q * window.strideWidth() - window.padLeft();
        return countPadding
                ? counted(from, -window.padLeft(), width + window.padRight(), window.width(), window.dilationWidth())
                : counted(from, 0, width, window.width(), window.dilationWidth());
    }

    /** The taps, {@code dilation} apart from {@code from} on, that lie within {@code begin .. end-1}. */
    private static int counted(int from, int begin, int end, int taps, int dilation) {
        int first = Math.max(0, -Math.floorDiv(from - begin, dilation));
        int last = Math.min(taps, -Math.floorDiv(from - end, dilation));
        return last - first;
    }
}
