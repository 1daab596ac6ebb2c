package dev.convoy.kernel.vector;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some lines of an image at a time: in place where all of them are the image's, else as a copy with zeros for those above and below. The
 * pixels taken of line i are {@code lines[at + i * step ...]}.
 */
final class Bands {
    float[] lines = new float[0];
    int at;
    int step;
    int height;
    int width;
    int channels;

    private float[] images = new float[0];
    private int imagesAt;
    private float[] copy = new float[0];
    private int firstLive;
    private int live;
    private int liveAt;

    /** Images {@code [.., height, width, channels]}. */
    void of(float[] images, int imagesAt, int height, int width, int channels) {
        this.images = images;
        this.imagesAt = imagesAt;
        this.height = height;
        this.width = width;
        this.channels = channels;
    }

    /** Lines {@code [line, line + count)} of image n, which may lie outside, and of each the pixels from {@code pixel} on. */
    void find(int n, int line, int count, int pixel, int pixels) {
        int size = width * channels;
        firstLive = Math.min(count, Math.max(0, -line));
        live = Math.max(0, Math.min(count, height - line) - firstLive);
        liveAt = imagesAt + (n * height + line + firstLive) * size + pixel * channels;
        if (live == count) {
            lines = images;
            at = liveAt;
            step = size;
            return;
        }
        step = pixels * channels;
        copy = Scratch.grown(copy, count * step);
        Arrays.fill(copy, 0, firstLive * step, 0f);
        for (int i = 0; i < live; i++) {
            System.arraycopy(images, liveAt + i * size, copy, (firstLive + i) * step, step);
        }
        Arrays.fill(copy, (firstLive + live) * step, count * step, 0f);
        lines = copy;
        at = 0;
    }

    /** Sets the lines found to {@code line}, unless that is null. */
    void begin(float @Nullable [] line) {
        if (line != null) {
            for (int i = firstLive; i < firstLive + live; i++) {
                System.arraycopy(line, 0, lines, at + i * step, width * channels);
            }
        }
    }

    /** Writes the lines found back to the image they were copied from. */
    void putBack() {
        if (lines == copy) {
            for (int i = 0; i < live; i++) {
                System.arraycopy(copy, (firstLive + i) * step, images, liveAt + i * width * channels, step);
            }
        }
    }
}
