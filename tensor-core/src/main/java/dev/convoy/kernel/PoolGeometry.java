package dev.convoy.kernel;

/**
 * One pooling's sizes: input {@code x [N, H, W, C]}, output {@code y [N, P, Q, C]}.
 *
 * @param batch N
 * @param height H
 * @param width W
 * @param channels C
 * @param window R x S taps with stride, dilation and padding; no pad may exceed what one window spans, so that every window sees a pixel
 */
public record PoolGeometry(int batch, int height, int width, int channels, Window window) {

    /** @throws IllegalArgumentException for empty extents, a window larger than the padded input, or a window that may lie in the padding alone */
    public PoolGeometry {
        String what = "pool2d: input [" + batch + ", " + height + ", " + width + ", " + channels + "] (NHWC), window "
                + window + ": ";
        if (batch < 1 || height < 1 || width < 1 || channels < 1) {
            throw new IllegalArgumentException(what + "every extent must be at least 1");
        }
        if (window.outputHeight(height) < 1 || window.outputWidth(width) < 1) {
            throw new IllegalArgumentException(
                    what + "the window is larger than the padded input; enlarge the padding or shrink it");
        }
        if (2 * Math.max(window.padTop(), window.padBottom()) > window.height()
                || 2 * Math.max(window.padLeft(), window.padRight()) > window.width()) {
            throw new IllegalArgumentException(
                    what + "padding may be at most half the window, or a window could see no pixel at all");
        }
        if (seesNothing(
                        height,
                        window.outputHeight(height),
                        window.height(),
                        window.strideHeight(),
                        window.dilationHeight(),
                        window.padTop())
                || seesNothing(
                        width,
                        window.outputWidth(width),
                        window.width(),
                        window.strideWidth(),
                        window.dilationWidth(),
                        window.padLeft())) {
            throw new IllegalArgumentException(what + "with this dilation a window would see no pixel at all");
        }
        ConvGeometry.requireArray(what + "the input", batch, height, width, channels);
    }

    /** Whether some output has all its taps along one axis in the padding. */
    private static boolean seesNothing(int input, int outputs, int taps, int stride, int dilation, int pad) {
        for (int output = 0; output < outputs; output++) {
            boolean sees = false;
            for (int tap = 0; tap < taps; tap++) {
                int at = output * stride + tap * dilation - pad;
                sees |= at >= 0 && at < input;
            }
            if (!sees) {
                return true;
            }
        }
        return false;
    }

    /** P, by the formula of {@link Window#outputHeight}. */
    public int outputHeight() {
        return window.outputHeight(height);
    }

    /** Q. */
    public int outputWidth() {
        return window.outputWidth(width);
    }
}
