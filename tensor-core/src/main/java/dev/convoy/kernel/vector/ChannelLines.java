package dev.convoy.kernel.vector;

import java.util.Arrays;

/**
 * Some images, padded with zeros and turned so that pixels of one line and channel are neighbours: {@code [image, line, channel, phase,
 * column]}. Pixels that a strided window takes together, {@code stride} apart, lie side by side: padded column {@code u} is column
 * {@code u / stride} of phase {@code u mod stride}. A patch matrix then has contiguous runs down its columns, and each pixel is moved
 * once instead of once per tap.
 */
final class ChannelLines {
    float[] floats = new float[0];
    private int channels;

    private int lines;
    private int firstLine;
    private int lineTaps;
    private int lineDilation;
    private int lineStride;

    private int columns;
    private int firstColumn;
    private int columnTaps;
    private int columnDilation;
    private int columnStride;

    /**
     * Lays out the lines.
     *
     * @param first the image row of line 0, negative in the padding
     * @param taps with dilation and stride: which lines are read at all, the others are left undefined
     */
    void setLines(int lines, int first, int taps, int dilation, int stride) {
        this.lines = lines;
        this.firstLine = first;
        this.lineTaps = taps;
        this.lineDilation = dilation;
        this.lineStride = stride;
    }

    /** Lays out the columns of each phase, of which there are {@code stride}. */
    void setColumns(int columns, int first, int taps, int dilation, int stride) {
        this.columns = columns;
        this.firstColumn = first;
        this.columnTaps = taps;
        this.columnDilation = dilation;
        this.columnStride = stride;
    }

    void setChannels(int channels) {
        this.channels = channels;
    }

    /** Floats from one line to the next. */
    int lineSize() {
        return Math.multiplyExact(Math.multiplyExact(channels, columnStride), columns);
    }

    int imageSize() {
        return Math.multiplyExact(lines, lineSize());
    }

    /** Where a padded column {@code u} of a channel lies in its line. */
    int columnAt(int channel, int u) {
        return (channel * columnStride + u % columnStride) * columns + u / columnStride;
    }

    /** Takes {@code images} images of {@code height x width} pixels, {@code pixelSize} floats apart, from {@code from}. */
    void build(int images, int height, int width, int pixelSize, float[] from, int fromAt) {
        floats = Scratch.grown(floats, Math.addExact(Math.multiplyExact(images, imageSize()), Packing.SLACK));
        for (int image = 0; image < images; image++) {
            for (int line = 0; line < lines; line++) {
                if (!isRead(line, lineTaps, lineDilation, lineStride)) {
                    continue;
                }
                int to = image * imageSize() + line * lineSize();
                int h = firstLine + line;
                if (h < 0 || h >= height) {
                    Arrays.fill(floats, to, to + lineSize(), 0f);
                } else {
                    buildLine(width, pixelSize, from, fromAt + (image * height + h) * width * pixelSize, to);
                }
            }
        }
    }

    private void buildLine(int width, int pixelSize, float[] from, int fromAt, int to) {
        int channelStep = columnStride * columns;
        if (firstColumn < 0 || firstColumn + channelStep > width) {
            // One fill of the line costs less than two short ones per channel.
            Arrays.fill(floats, to, to + lineSize(), 0f);
        }
        for (int phase = 0; phase < columnStride; phase++) {
            if (!isRead(phase, columnTaps, columnDilation, columnStride)) {
                continue;
            }
            // Column t of this phase is pixel firstColumn + phase + t * columnStride.
            int begin = Math.min(columns, Math.max(0, Packing.ceilDiv(-firstColumn - phase, columnStride)));
            int end = Math.max(begin, Math.min(columns, Packing.ceilDiv(width - firstColumn - phase, columnStride)));
            int at = to + phase * columns;
            int pixel = firstColumn + phase + begin * columnStride;
            Packing.transpose(
                    end - begin,
                    channels,
                    from,
                    fromAt + pixel * pixelSize,
                    columnStride * pixelSize,
                    floats,
                    at + begin,
                    channelStep);
        }
    }

    /** Whether {@code position = tap * dilation} modulo the stride for some tap. */
    private static boolean isRead(int position, int taps, int dilation, int stride) {
        for (int tap = 0; tap < taps; tap++) {
            if ((position - tap * dilation) % stride == 0) {
                return true;
            }
        }
        return false;
    }
}
