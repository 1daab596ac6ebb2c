package dev.convoy.kernel;

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
        String what = "conv2d: input [" + batch + ", " + height + ", " + width + ", " + channels + "] (NHWC), "
                + filters + " filters in " + groups + " groups, window " + window + ": ";
        if (batch < 1 || height < 1 || width < 1 || channels < 1 || filters < 1 || groups < 1) {
            throw new IllegalArgumentException(what + "every extent must be at least 1");
        }
        if (channels % groups != 0 || filters % groups != 0) {
            throw new IllegalArgumentException(what + "the groups must divide the input channels and the filters");
        }
        requireArray(what + "the input", batch, height, width, channels);
        requireArray(what + "one padded image", window.paddedHeight(height), window.paddedWidth(width), channels);
        int outputHeight = window.outputHeight(height);
        int outputWidth = window.outputWidth(width);
        if (outputHeight < 1 || outputWidth < 1) {
            throw new IllegalArgumentException(
                    what + "the window is larger than the padded input; enlarge the padding or shrink it");
        }
        requireArray(what + "the output", batch, outputHeight, outputWidth, filters);
        requireArray(what + "the weight", window.height(), window.width(), channels / groups, filters);
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

    static void requireArray(String what, long... extents) {
        long product = 1;
        for (long extent : extents) {
            if (extent > Integer.MAX_VALUE / product) {
                throw new IllegalArgumentException(what + " would have more than 2^31-1 elements");
            }
            product *= extent;
        }
    }
}
