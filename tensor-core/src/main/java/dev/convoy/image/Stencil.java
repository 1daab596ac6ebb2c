package dev.convoy.image;

import dev.convoy.kernel.PaddingMode;
import dev.convoy.kernel.Window;
import dev.convoy.tensor.Tensor;

/**
 * A filter's weights: {@code y = (x * taps) / divisor}, laid on the image as written, not flipped. Dividing afterwards keeps sums of
 * whole numbers exact.
 *
 * @param taps {@code [R, S]}
 * @param divisor not 0
 */
public record Stencil(Tensor taps, float divisor) {
    /** The most rows and columns. */
    public static final int LARGEST = 99;

    /** @throws IllegalArgumentException for taps of another rank or size, a divisor of 0, or numbers that are not finite */
    public Stencil {
        if (taps.shape().rank() != 2
                || taps.size() == 0
                || Math.max(taps.shape().extent(0), taps.shape().extent(1)) > LARGEST) {
            throw new IllegalArgumentException(
                    "stencil: expected 1x1 to " + LARGEST + "x" + LARGEST + " taps but got " + taps.shape());
        }
        for (float tap : taps.toArray()) {
            requireFinite(tap);
        }
        requireFinite(divisor);
        if (divisor == 0) {
            throw new IllegalArgumentException("stencil: the divisor is 0");
        }
    }

    /** Rows of equal length, divided by {@code divisor}. */
    static Stencil of(float divisor, float[]... rows) {
        Tensor taps = Tensor.zeros(rows.length, rows[0].length);
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(rows[r], 0, taps.array(), r * rows[0].length, rows[0].length);
        }
        return new Stencil(taps, divisor);
    }

    private static void requireFinite(float number) {
        if (!Float.isFinite(number)) {
            throw new IllegalArgumentException("stencil: " + number + " is not a finite number");
        }
    }

    /**
     * The window that keeps an image's size: the middle tap lies on the pixel; of an even number of taps, the one before the middle.
     */
    Window window(PaddingMode mode) {
        int height = taps.shape().extent(0);
        int width = taps.shape().extent(1);
        return Window.of(height, width)
                .padding((height - 1) / 2, height / 2, (width - 1) / 2, width / 2)
                .mode(mode);
    }

    /** The depthwise weight {@code [R, S, 1, C]}: the same taps for every channel. */
    Tensor weight(int channels) {
        Tensor weight = Tensor.zeros(taps.shape().extent(0), taps.shape().extent(1), 1, channels);
        for (int i = 0; i < weight.size(); i++) {
            weight.array()[i] = taps.get(i / channels);
        }
        return weight;
    }
}
