package dev.convoy.kernel;

import java.util.Locale;

/**
 * What stands outside the image. Every mode is a linear map of the image; positions count from the image's first pixel, so the
 * padding before it is negative. Source: Deep Learning Systems (CMU), "Padding".
 */
public enum PaddingMode {
    /** Zeros. */
    ZERO,
    /** The image mirrored at its edge pixels, which are not repeated, back and forth as often as needed: {@code c b | a b c | b a}. */
    REFLECT,
    /** The nearest edge pixel: {@code a a | a b c | c c}. */
    REPLICATE,
    /** The image repeated, as often as needed: {@code b c | a b c | a b}. */
    CIRCULAR,
    /** Each channel's mean over the image. */
    MEAN;

    /** Result of {@link #source} for a position that reads no single pixel: zero, or the mean. */
    public static final int NONE = -1;

    /**
     * The pixel, along one axis, that a position reads: itself within {@code 0 .. size-1}; outside, by mode.
     *
     * @param position of any sign
     * @param size of the axis, at least 1
     * @return 0 .. size-1, or {@link #NONE} outside the image for {@code ZERO} and {@code MEAN}
     */
    public int source(int position, int size) {
        if (position >= 0 && position < size) {
            return position;
        }
        return switch (this) {
            case ZERO, MEAN -> NONE;
            case REPLICATE -> position < 0 ? 0 : size - 1;
            case CIRCULAR -> Math.floorMod(position, size);
            case REFLECT -> {
                long period = Math.max(2L * (size - 1), 1);
                long phase = Math.floorMod((long) position, period);
                yield (int) Math.min(phase, period - phase);
            }
        };
    }

    /** The name in messages and configurations. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
