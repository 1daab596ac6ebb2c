package dev.convoy.kernel.vector;

import static dev.convoy.kernel.Winograd.INPUTS;

import dev.convoy.kernel.WinogradForm;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of tiles halfway between an image and the operands of products, transformed down their columns but not yet along their
 * lines: {@code [row][6][column][channel]}. A row of tiles is a band of one image; rows are counted over all images. Halfway,
 * neighbouring tiles share the columns they overlap in, and a line's pixels and channels are one long run. The last vector of such a run
 * overlaps the one before and writes the same again. The last vector of a pixel's channels reaches into the next pixel, or the slack behind the
 * line; what it reads there ends in lanes that nobody reads, what it writes there the pixel's own vectors write later.
 *
 * <p>Of the 36 points only the six of one line, {@code i}, are operands or products at a time: they stay in the nearest cache.
 */
final class WinogradTiles {
    private static final int WIDTH = MicroKernel.WIDTH;

    private float[] halfway = new float[0];
    private int[] sideBySide = new int[0];
    private int[] tileAt = new int[0];
    /** The last floats of each line of outputs, fewer than a vector. */
    private final float[] ends = new float[INPUTS * WIDTH];

    private WinogradLines lines = FourByThreeLines.INSTANCE;
    private int outputs;
    private int down;
    private int across;
    private int channels;
    private int columns;
    private int lineSize;

    /** Lays out room for {@code rows} rows of tiles that cover {@code height x width} pixels; of tiles of inputs, which overlap, or of outputs. */
    void lay(WinogradForm form, int height, int width, int channels, int rows, boolean inputs) {
        this.lines = WinogradLines.of(form);
        this.outputs = form.outputs();
        this.down = form.tiles(height);
        this.across = form.tiles(width);
        this.channels = channels;
        this.columns = across * outputs + (inputs ? INPUTS - outputs : 0);
        this.lineSize = columns * channels + Packing.SLACK;
        halfway = Scratch.grown(halfway, rows * INPUTS * lineSize);
        // Columns outside the image are never written again.
        Arrays.fill(halfway, 0, rows * INPUTS * lineSize, 0f);
        tileAt = Scratch.grown(tileAt, rows * across);
        for (int t = 0; t < rows * across; t++) {
            tileAt[t] = t / across * INPUTS * lineSize + t % across * outputs * channels;
        }
        int vectors = lineSize / WIDTH;
        if (sideBySide.length < vectors) {
            sideBySide = Scratch.grown(sideBySide, vectors);
            for (int v = 0; v < vectors; v++) {
                sideBySide[v] = v * WIDTH;
            }
        }
    }

    /** {@code B^T d}, down the columns of the rows of tiles from {@code row} on. */
    void fromInputs(Bands image, int padTop, int padLeft, int row, int rows) {
        int firstColumn = Math.max(0, padLeft);
        int firstPixel = Math.max(0, -padLeft);
        int pixels = Math.max(0, Math.min(image.width - firstPixel, columns - firstColumn));
        for (int r = 0; r < rows; r++) {
            image.find((row + r) / down, (row + r) % down * outputs - padTop, INPUTS, firstPixel, pixels);
            int at = r * INPUTS * lineSize + firstColumn * channels;
            int size = pixels * channels;
            WinogradLines.input(
                    size / WIDTH, sideBySide, image.lines, image.at, image.step, halfway, at, WIDTH, lineSize);
            if (size % WIDTH != 0) {
                int last = size - WIDTH;
                WinogradLines.input(
                        1, sideBySide, image.lines, image.at + last, image.step, halfway, at + last, WIDTH, lineSize);
            }
        }
    }

    /**
     * Line i of {@code B^T d B} as six left operands {@code [point][channel / block][tile][pitch]}, the channels of a block side by side.
     *
     * @param room tiles there is room for
     */
    void toLeftOperands(int i, int rows, float[] to, int room, int block, int pitch) {
        for (int c = 0; c < channels; c += WIDTH) {
            int at = c / block * room * pitch + c % block;
            int step = leftSize(channels, room, block, pitch);
            WinogradLines.input(rows * across, tileAt, halfway, i * lineSize + c, channels, to, at, pitch, step);
        }
    }

    /** {@code A dy}, down the columns. */
    void fromGradients(Bands image, int row, int rows) {
        for (int r = 0; r < rows; r++) {
            image.find((row + r) / down, (row + r) % down * outputs, outputs, 0, image.width);
            int at = r * INPUTS * lineSize;
            int size = image.width * channels;
            lines.outputAdjoint(
                    size / WIDTH, sideBySide, image.lines, image.at, image.step, halfway, at, WIDTH, lineSize);
            if (size % WIDTH != 0) {
                int last = size - WIDTH;
                lines.outputAdjoint(
                        1, sideBySide, image.lines, image.at + last, image.step, halfway, at + last, WIDTH, lineSize);
            }
        }
    }

    /** Line i of {@code A dy A^T} as six right operands {@code [point][panel][tile][column]}. */
    void toRightOperands(int i, int rows, float[] to, int room) {
        for (int k = 0; k < channels; k += WIDTH) {
            lines.outputAdjoint(
                    rows * across,
                    tileAt,
                    halfway,
                    i * lineSize + k,
                    channels,
                    to,
                    columnAt(k, room),
                    panelWidth(k),
                    rightSize(channels, room));
        }
    }

    /** Takes line i of the products, {@code m A}, laid out as right operands are; the last channels first, as they write too far. */
    void fromProducts(int i, int rows, float[] from, int room) {
        for (int k = (channels - 1) / WIDTH * WIDTH; k >= 0; k -= WIDTH) {
            lines.output(
                    rows * across,
                    from,
                    columnAt(k, room),
                    panelWidth(k),
                    rightSize(channels, room),
                    tileAt,
                    halfway,
                    i * lineSize + k,
                    channels);
        }
    }

    /** {@code A^T m A}, down the columns, added to the line {@code begin} or, without one, to what is there. */
    void toOutputs(Bands image, int row, int rows, float @Nullable [] begin) {
        for (int r = 0; r < rows; r++) {
            image.find((row + r) / down, (row + r) % down * outputs, outputs, 0, image.width);
            image.begin(begin);
            int from = r * INPUTS * lineSize;
            int size = image.width * channels;
            int rest = size % WIDTH;
            lines.outputAdd(size / WIDTH, halfway, from, lineSize, image.lines, image.at, image.step);
            if (rest != 0) {
                for (int i = 0; i < outputs; i++) {
                    System.arraycopy(image.lines, image.at + i * image.step + size - rest, ends, i * WIDTH, rest);
                }
                lines.outputAdd(1, halfway, from + size - rest, lineSize, ends, 0, WIDTH);
                for (int i = 0; i < outputs; i++) {
                    System.arraycopy(ends, i * WIDTH, image.lines, image.at + i * image.step + size - rest, rest);
                }
            }
            image.putBack();
        }
    }

    /** Floats of a left operand, from one point to the next; the odd vector keeps a tile's points out of each other's cache set. */
    static int leftSize(int channels, int room, int block, int pitch) {
        return (channels + block - 1) / block * room * pitch + 16;
    }

    /** Floats of a right operand or product, from one point to the next. */
    static int rightSize(int channels, int room) {
        return wholePanels(channels) * room + 16;
    }

    /** So many columns and those that the last panel has too many, at any width of vectors. */
    static int wholePanels(int columns) {
        return (columns + 15) / 16 * 16;
    }

    /** The columns of the panel that column k lies in. */
    private int panelWidth(int k) {
        return MicroKernel.columns(channels - k / (2 * WIDTH) * (2 * WIDTH));
    }

    /** Where column k of tile 0 lies in {@code [panel][tile][column]}. */
    private static int columnAt(int k, int room) {
        int panel = k / (2 * WIDTH) * (2 * WIDTH);
        return panel * room + k - panel;
    }
}
