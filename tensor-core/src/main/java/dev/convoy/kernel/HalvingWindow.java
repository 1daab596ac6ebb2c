package dev.convoy.kernel;

/**
 * Convolutions that make an image exactly half as high and half as wide, {@code H = 2P} and {@code W = 2Q}: a 3x3 window of stride 2 and
 * dilation 1 with one pixel of padding above and to the left, and channels per group that are a multiple of 16 below 64.
 * Their input adjoint is summed in an order of its own, {@link Kernels#conv2dInputAdjointAdd}. A cell of 2 x 2 pixels of dx is reached from four
 * pixels of dz, once through four taps, twice through two and once through one; with the filters outside, all nine are taken while the
 * four values are at hand, in one loop, where the filters inside make nine short ones.
 */
public final class HalvingWindow {
    /** Channels of a group are a multiple of this: a vector of any width. */
    private static final int CHANNELS = 16;
    /** From so many channels on the products of single taps are as fast. */
    private static final int MANY_CHANNELS = 64;

    private HalvingWindow() {}

    /** Whether a convolution is one of these. The size of the batch does not matter. */
    public static boolean fits(ConvGeometry g) {
        Window w = g.window();
        return w.height() == 3
                && w.width() == 3
                && w.strideHeight() == 2
                && w.strideWidth() == 2
                && w.dilationHeight() == 1
                && w.dilationWidth() == 1
                && w.padTop() == 1
                && w.padLeft() == 1
                && g.height() == 2 * g.outputHeight()
                && g.width() == 2 * g.outputWidth()
                && g.channelsPerGroup() < MANY_CHANNELS
                && g.channelsPerGroup() % CHANNELS == 0;
    }
}
