package dev.convoy.kernel;

import org.jspecify.annotations.Nullable;

/**
 * One convolution's sizes: input {@code x [N, H, W, C]}, weight {@code w [R, S, C/groups, K]}, output {@code z [N, P, Q, K]}.
 *
 * @param batch N
 * @param height H
 * @param width W
 * @param channels C
 * @param filters K
 * @param groups g; filter {@code k} reads the channels of group {@code k / (K/g)} only
 * @param window R x S taps with stride, dilation and padding
 */
public record ConvGeometry(int batch, int height, int width, int channels, int filters, int groups, Window window) {

    /** @throws IllegalArgumentException for empty extents, groups that do not divide, a window larger than the padded input, or overflow */
    public ConvGeometry {
        String wrong = wrong(batch, height, width, channels, filters, groups, window);
        if (wrong != null) { // only then words: a step makes one of these for every layer
            throw new IllegalArgumentException("conv2d: input [" + batch + ", " + height + ", " + width + ", "
                    + channels + "] (NHWC), " + filters + " filters in " + groups + " groups, window " + window + ": "
                    + wrong);
        }
    }

    /** What is wrong with these sizes; null if nothing is. */
    private static @Nullable String wrong(
            int batch, int height, int width, int channels, int filters, int groups, Window window) {
        if (batch < 1 || height < 1 || width < 1 || channels < 1 || filters < 1 || groups < 1) {
            return "every extent must be at least 1";
        }
        if (channels % groups != 0 || filters % groups != 0) {
            return "the groups must divide the input channels and the filters";
        }
        if (!fitsArray(batch, height, width, channels)) {
            return tooLarge("the input");
        }
        if (!fitsArray(1, window.paddedHeight(height), window.paddedWidth(width), channels)) {
            return tooLarge("one padded image");
        }
        int outputHeight = window.outputHeight(height);
        int outputWidth = window.outputWidth(width);
        if (outputHeight < 1 || outputWidth < 1) {
            return "the window is larger than the padded input; enlarge the padding or shrink it";
        }
        if (!fitsArray(batch, outputHeight, outputWidth, filters)) {
            return tooLarge("the output");
        }
        if (!fitsArray(window.height(), window.width(), channels / groups, filters)) {
            return tooLarge("the weight");
        }
        return null;
    }

    /**
     * The same convolution of an input padded beforehand, by whatever mode: {@code [N, H + padTop + padBottom, W + padLeft + padRight,
     * C]}, with a window that pads no more.
     */
    public ConvGeometry afterPadding() {
        int paddedHeight = Math.toIntExact(window.paddedHeight(height));
        int paddedWidth = Math.toIntExact(window.paddedWidth(width));
        return new ConvGeometry(batch, paddedHeight, paddedWidth, channels, filters, groups, window.valid());
    }

    /** Whether what is outside the image counts as zeros, the only padding that kernels know. */
    public boolean isZeroPadded() {
        return window.mode() == PaddingMode.ZERO;
    }

    /** P, by the formula of {@link Window#outputHeight}. */
    public int outputHeight() {
        return window.outputHeight(height);
    }

    /** Q. */
    public int outputWidth() {
        return window.outputWidth(width);
    }

    /** C / groups: the input channels one filter reads. */
    public int channelsPerGroup() {
        return channels / groups;
    }

    /** K / groups. */
    public int filtersPerGroup() {
        return filters / groups;
    }

    /** Multiply-adds of the forward pass, padding included: {@code N P Q R S (C/g) K}. */
    public long multiplyAdds() {
        return (long) batch * outputHeight() * outputWidth() * window.taps() * channelsPerGroup() * filters;
    }

    /** Whether an array holds the product of four positive extents. */
    static boolean fitsArray(long a, long b, long c, long d) {
        return b <= Integer.MAX_VALUE / a && c <= Integer.MAX_VALUE / (a * b) && d <= Integer.MAX_VALUE / (a * b * c);
    }

    static String tooLarge(String what) {
        return what + " would have more than 2^31-1 elements";
    }
}
