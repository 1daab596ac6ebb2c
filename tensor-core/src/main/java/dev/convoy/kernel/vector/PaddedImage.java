package dev.convoy.kernel.vector;

import java.util.Arrays;

/** Some images with zeros around them, channels last: {@code [image, line, column, channel]}. */
final class PaddedImage {
    float[] floats = new float[0];
    private int lines;
    private int firstLine;
    private int columns;
    private int firstColumn;
    private int channels;

    /** Lays out; {@code firstLine} and {@code firstColumn} are the image's row and column at line and column 0, negative in the padding. */
    void set(int lines, int firstLine, int columns, int firstColumn, int channels) {
        this.lines = lines;
        this.firstLine = firstLine;
        this.columns = columns;
        this.firstColumn = firstColumn;
        this.channels = channels;
    }

    /** Takes {@code images} images of {@code height x width} pixels, {@code pixelSize} floats apart, from {@code from}. */
    void build(int images, int height, int width, int pixelSize, float[] from, int fromAt) {
        int lineSize = Math.multiplyExact(columns, channels);
        int size = Math.multiplyExact(Math.multiplyExact(images, lines), lineSize);
        floats = Scratch.grown(floats, Math.addExact(size, Packing.SLACK));
        int begin = Math.min(columns, Math.max(0, -firstColumn));
        int end = Math.max(begin, Math.min(columns, width - firstColumn));
        for (int line = 0; line < images * lines; line++) {
            int to = line * lineSize;
            int h = firstLine + line % lines;
            if (h < 0 || h >= height) {
                Arrays.fill(floats, to, to + lineSize, 0f);
                continue;
            }
            Arrays.fill(floats, to, to + begin * channels, 0f);
            if (begin < end) {
                int pixel = (line / lines * height + h) * width + firstColumn + begin;
                copyPixels(end - begin, pixelSize, from, fromAt + pixel * pixelSize, to + begin * channels);
            }
            Arrays.fill(floats, to + end * channels, to + lineSize, 0f);
        }
    }

    private void copyPixels(int pixels, int pixelSize, float[] from, int fromAt, int to) {
        if (pixelSize == channels) {
            System.arraycopy(from, fromAt, floats, to, pixels * channels);
            return;
        }
        for (int pixel = 0; pixel < pixels; pixel++) {
            System.arraycopy(from, fromAt + pixel * pixelSize, floats, to + pixel * channels, channels);
        }
    }
}
