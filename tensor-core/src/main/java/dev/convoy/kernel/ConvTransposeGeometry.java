package dev.convoy.kernel;

import org.jspecify.annotations.Nullable;

/**
 * One transposed convolution's sizes: input {@code x [N, H, W, C]}, weight {@code w [R, S, K/groups, C]}, output
 * {@code z [N, P, Q, K]}. It is the transpose of a convolution from {@code [N, P, Q, K]} to {@code [N, H, W, C]}, whose window,
 * groups and weight it has: {@link #transposed}.
 *
 * @param batch N
 * @param height H
 * @param width W
 * @param channels C
 * @param filters K
 * @param groups g; channel {@code c} writes to the filters of group {@code c / (C/g)} only
 * @param window of the convolution: its stride enlarges the image, its padding is cut off
 * @param outputPadHeight rows added at the bottom, fewer than the stride: of the {@code strideHeight} output heights that the
 *     convolution makes H of, which one
 * @param outputPadWidth columns added at the right
 */
public record ConvTransposeGeometry(
        int batch,
        int height,
        int width,
        int channels,
        int filters,
        int groups,
        Window window,
        int outputPadHeight,
        int outputPadWidth) {

    /** @throws IllegalArgumentException for empty extents, groups that do not divide, bad output padding, an empty output, or overflow */
    public ConvTransposeGeometry {
        String wrong = wrong(batch, height, width, channels, filters, groups, window, outputPadHeight, outputPadWidth);
        if (wrong != null) {
            throw new IllegalArgumentException("conv transpose: input [" + batch + ", " + height + ", " + width + ", "
                    + channels + "] (NHWC), " + filters + " filters in " + groups + " groups, window " + window
                    + ", output padding " + outputPadHeight + "x" + outputPadWidth + ": " + wrong);
        }
    }

    /** What is wrong with these sizes; null if nothing is. */
    private static @Nullable String wrong(
            int batch,
            int height,
            int width,
            int channels,
            int filters,
            int groups,
            Window window,
            int outputPadHeight,
            int outputPadWidth) {
        if (batch < 1 || height < 1 || width < 1 || channels < 1 || filters < 1 || groups < 1) {
            return "every extent must be at least 1";
        }
        if (channels % groups != 0 || filters % groups != 0) {
            return "the groups must divide the input channels and the filters";
        }
        if (window.mode() != PaddingMode.ZERO) {
            return "padding is cut off here, so it has no mode";
        }
        if (outputPadHeight < 0
                || outputPadWidth < 0
                || outputPadHeight >= window.strideHeight()
                || outputPadWidth >= window.strideWidth()) {
            return "output padding must be at least 0 and less than the stride";
        }
        long outputHeight = outputHeight(height, window, outputPadHeight);
        long outputWidth = outputWidth(width, window, outputPadWidth);
        if (outputHeight < 1 || outputWidth < 1) {
            return "the padding cuts the whole output off; shrink it or enlarge the window";
        }
        if (!ConvGeometry.fitsArray(batch, height, width, channels)) {
            return ConvGeometry.tooLarge("the input");
        }
        if (!ConvGeometry.fitsArray(batch, outputHeight, outputWidth, filters)) {
            return ConvGeometry.tooLarge("the output");
        }
        long cutHeight = outputHeight + window.padTop() + window.padBottom();
        long cutWidth = outputWidth + window.padLeft() + window.padRight();
        if (!ConvGeometry.fitsArray(1, cutHeight, cutWidth, filters)) {
            return ConvGeometry.tooLarge("one output image with what is cut off");
        }
        if (!ConvGeometry.fitsArray(window.height(), window.width(), filters / groups, channels)) {
            return ConvGeometry.tooLarge("the weight");
        }
        return null;
    }

    /** {@code P = (H - 1) * strideHeight - padTop - padBottom + dilationHeight * (R - 1) + 1 + outputPadHeight}. */
    public int outputHeight() {
        return (int) outputHeight(height, window, outputPadHeight);
    }

    /** Q, by the formula of {@link #outputHeight} for columns. */
    public int outputWidth() {
        return (int) outputWidth(width, window, outputPadWidth);
    }

    private static long outputHeight(int height, Window w, int more) {
        return (long) (height - 1) * w.strideHeight()
                + (long) w.dilationHeight() * (w.height() - 1)
                + 1
                + more
                - w.padTop()
                - w.padBottom();
    }

    private static long outputWidth(int width, Window w, int more) {
        return (long) (width - 1) * w.strideWidth()
                + (long) w.dilationWidth() * (w.width() - 1)
                + 1
                + more
                - w.padLeft()
                - w.padRight();
    }

    /** The convolution this is the transpose of. */
    public ConvGeometry transposed() {
        return new ConvGeometry(batch, outputHeight(), outputWidth(), filters, channels, groups, window);
    }

    /** Multiply-adds of the forward pass, of what is cut off too: {@code N H W R S (K/g) C}. */
    public long multiplyAdds() {
        return transposed().multiplyAdds();
    }
}
