package dev.convoy.kernel.vector;

import java.util.Arrays;

/** Some images with zeros around them, channels last: {@code [image, line, column, channel]}; a copy, unless they are wanted as they are. */
final class PaddedImage {
    private static final float[] NOTHING = {};

    float[] floats = new float[0];
    private int lines;
    private int firstLine;
    private int columns;
    private int firstColumn;
    private int channels;

    // What is being taken.
    private int height;
    private int width;
    private int pixelSize;
    private float[] from = NOTHING;
    private int fromAt;
    private boolean inPlace;
    private int nextLine;
    private int next;

    /** Lays out; {@code firstLine} and {@code firstColumn} are the image's row and column at line and column 0, negative in the padding. */
    void set(int lines, int firstLine, int columns, int firstColumn, int channels) {
        this.lines = lines;
        this.firstLine = firstLine;
        this.columns = columns;
        this.firstColumn = firstColumn;
        this.channels = channels;
        inPlace = false;
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

    /**
     * The same for images of {@code height x width} pixels, {@code pixelSize} floats apart; but those that lie as this does are then read in
     * place, if their pixels are whole vectors, which do not reach past the last one's end.
     */
    void clear(int images, int height, int width, int pixelSize) {
        inPlace = firstLine == 0
                && firstColumn == 0
                && lines == height
                && columns == width
                && channels == pixelSize
                && channels % MicroKernel.WIDTH == 0;
        if (!inPlace) {
            clear(images);
        }
    }

    /** Where the images are, from {@link #at} on. */
    float[] image() {
        return inPlace ? from : floats;
    }

    int at() {
        return inPlace ? fromAt : 0;
    }

    /** Lets go of where images were taken from. */
    void forget() {
        from = NOTHING;
    }

    /** Takes {@code images} images of {@code height x width} pixels, {@code pixelSize} floats apart, from {@code from}. */
    void build(int images, int height, int width, int pixelSize, float[] from, int fromAt) {
        begin(height, width, pixelSize, from, fromAt);
        buildTo(images * imageSize());
        forget();
    }

    /** The same, line by line as {@link #buildTo} asks for them; to be {@linkplain #forget forgotten} at the end. */
    void begin(int height, int width, int pixelSize, float[] from, int fromAt) {
        this.height = height;
        this.width = width;
        this.pixelSize = pixelSize;
        this.from = from;
        this.fromAt = fromAt;
        nextLine = 0;
        next = 0;
    }

    /** Builds, of what is not built yet, every line that begins before {@code end}. */
    void buildTo(int end) {
        if (inPlace) {
            return;
        }
        int first = Math.min(columns, Math.max(0, -firstColumn));
        int count = Math.min(columns, width - firstColumn) - first;
        int lineSize = lineSize();
        for (; next < end; next += lineSize) {
            int row = nextLine % lines + firstLine;
            if (count > 0 && row >= 0 && row < height) {
                int pixel = (nextLine / lines * height + row) * width + firstColumn + first;
                copyPixels(count, fromAt + pixel * pixelSize, next + first * channels);
            }
            nextLine++;
        }
    }

    private void copyPixels(int pixels, int at, int to) {
        if (pixelSize == channels) {
            System.arraycopy(from, at, floats, to, pixels * channels);
            return;
        }
        for (int pixel = 0; pixel < pixels; pixel++) {
            System.arraycopy(from, at + pixel * pixelSize, floats, to + pixel * channels, channels);
        }
    }
}
