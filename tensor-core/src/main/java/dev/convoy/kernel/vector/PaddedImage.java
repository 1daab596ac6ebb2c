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

    int lineSize() {
        return Math.multiplyExact(columns, channels);
    }

    int imageSize() {
        return Math.multiplyExact(lines, lineSize());
    }

    /** Makes room for so many images, all zeros. What is padding stays so, however often the image is built. */
    void clear(int images) {
        int size = Math.multiplyExact(images, imageSize());
        floats = Scratch.grown(floats, Math.addExact(size, Packing.SLACK));
        Arrays.fill(floats, 0, size, 0f);
    }

    /** Takes {@code images} images of {@code height x width} pixels, {@code pixelSize} floats apart, from {@code from}. */
    void build(int images, int height, int width, int pixelSize, float[] from, int fromAt) {
        int begin = Math.min(columns, Math.max(0, -firstColumn));
        int end = Math.min(columns, width - firstColumn);
        if (begin >= end) {
            return;
        }
        int firstInside = Math.min(lines, Math.max(0, -firstLine));
        int endInside = Math.min(lines, height - firstLine);
        for (int image = 0; image < images; image++) {
            for (int line = firstInside; line < endInside; line++) {
                int pixel = (image * height + firstLine + line) * width + firstColumn + begin;
                int to = image * imageSize() + line * lineSize() + begin * channels;
                copyPixels(end - begin, pixelSize, from, fromAt + pixel * pixelSize, to);
            }
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
