package dev.convoy.image;

import dev.convoy.kernel.Kernels;
import dev.convoy.kernel.PaddingMode;
import dev.convoy.tensor.Shape;
import dev.convoy.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A grey or colour image with, perhaps, its transparency.
 *
 * @param pixels {@code [1, H, W, C]}, C being 1 or 3, values within 0 .. 255
 * @param alpha opacities {@code [1, H, W, 1]} within 0 .. 255, or null where all is opaque; filters leave them alone
 */
public record Picture(Tensor pixels, @Nullable Tensor alpha) {
    /** Rec. 601's shares of red, green and blue in brightness. */
    private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

    /** @throws IllegalArgumentException for another shape */
    public Picture {
        Shape shape = pixels.shape();
        boolean fits = shape.rank() == 4 && shape.extent(0) == 1 && (shape.extent(3) == 1 || shape.extent(3) == 3);
        if (!fits || shape.size() == 0) {
            throw new IllegalArgumentException("picture: expected [1, H, W, 1] or [1, H, W, 3] but got " + shape);
        }
        if (alpha != null && !alpha.shape().equals(Shape.of(1, shape.extent(1), shape.extent(2), 1))) {
            throw new IllegalArgumentException("picture: opacities " + alpha.shape() + " for an image " + shape);
        }
    }

    public int height() {
        return pixels.shape().extent(1);
    }

    public int width() {
        return pixels.shape().extent(2);
    }

    public int channels() {
        return pixels.shape().extent(3);
    }

    /**
     * The picture filtered, its values limited to 0 .. 255.
     *
     * @param scaled multiply first, by one factor for all channels, so that the largest value becomes 255
     */
    public Picture filtered(Kernels kernels, Filter filter, PaddingMode mode, boolean scaled) {
        Tensor y = filter.apply(kernels, pixels, mode);
        float[] values = y.array();
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, value);
        }
        for (int i = 0; i < values.length; i++) {
            float value = scaled && largest > 0 ? values[i] / largest * 255 : values[i];
            values[i] = Math.min(Math.max(value, 0), 255);
        }
        return new Picture(y, alpha);
    }

    /** The brightness alone, {@code 0.299 red + 0.587 green + 0.114 blue}. */
    public Picture grey() {
        if (channels() == 1) {
            return this;
        }
        Tensor grey = Tensor.zeros(1, height(), width(), 1);
        for (int i = 0; i < grey.size(); i++) {
            float sum = 0;
            for (int c = 0; c < LUMA.length; c++) {
                sum += LUMA[c] * pixels.get(i * LUMA.length + c);
            }
            grey.array()[i] = sum;
        }
        return new Picture(grey, alpha);
    }

    /** A value as the byte it is stored in. */
    public static int level(float value) {
        return Math.round(Math.min(Math.max(value, 0), 255));
    }
}
