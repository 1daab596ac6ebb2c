package dev.convoy.kernel.vector;

import java.util.Arrays;

/**
 * What the windows of an image's first or last column read: two columns of the image and one of the padding, of the last few lines,
 * {@code [line mod lines kept, column, channel]}. Line 0 is the one above the image.
 */
final class BorderColumns {
    private static final int COLUMNS = 3;
    /** Floats of a cache line. */
    private static final int CACHE_LINE = 16;
    /** Cache lines between two lines: those of many channels would share few sets of the cache without. */
    private static final int GAP = 21;

    float[] floats = new float[0];
    private int kept;
    private int channels;
    private int height;
    private int lineSize;
    /** Where a line's two pixels lie in the image. */
    private int first;
    /** Where they go. */
    private int place;

    private int step;
    private int next;

    /** Lays out, and clears, so many lines of the first column, or the last. */
    void lay(int kept, boolean last, int height, int width, int channels) {
        this.kept = kept;
        this.channels = channels;
        this.height = height;
        step = width * channels;
        first = last ? (width - 2) * channels : 0;
        place = last ? 0 : channels;
        lineSize = CACHE_LINE * (Packing.ceilDiv(Math.multiplyExact(COLUMNS, channels), CACHE_LINE) + GAP);
        int size = Scratch.ALIGNED + Math.multiplyExact(kept, lineSize);
        floats = Scratch.grown(floats, size);
        Arrays.fill(floats, 0, size, 0f);
    }

    /** Where a line lies while it is kept. */
    int at(int line) {
        return Scratch.ALIGNED + line % kept * lineSize;
    }

    /** A new image. */
    void begin() {
        next = 0;
    }

    /** Takes the lines up to {@code line}, inclusive, of the image at {@code fromAt}. */
    void take(int line, float[] from, int fromAt) {
        for (; next <= line; next++) {
            int row = next - 1;
            int to = at(next) + place;
            if (row < 0 || row >= height) {
                Arrays.fill(floats, to, to + 2 * channels, 0f);
            } else {
                System.arraycopy(from, fromAt + row * step + first, floats, to, 2 * channels);
            }
        }
    }
}
