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

    private WinogradForm form = WinogradForm.FOUR_BY_THREE;
    private int outputs;
    private int down;
    private int across;
    private int channels;
    private int columns;
    private int lineSize;

    /** Lays out room for {@code rows} rows of tiles that cover {@code height x width} pixels; of tiles of inputs, which overlap, or of outputs. */
    void lay(WinogradForm form, int height, int width, int channels, int rows, boolean inputs) {
        this.form = form;
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

    /** Line i of {@code B^T d B} as the left operands of six points, from a slot on. */
    void toLeftOperands(int i, int rows, WinogradOperands operands, int slot) {
        for (int c = 0; c < channels; c += WIDTH) {
            WinogradLines.input(
                    rows * across,
                    tileAt,
                    halfway,
                    i * lineSize + c,
                    channels,
                    operands.left,
                    operands.leftAt(slot, 0, c),
                    operands.leftTile,
                    operands.leftSize);
        }
    }

    /** {@code A dy}, down the columns. */
    void fromGradients(Bands image, int row, int rows) {
        for (int r = 0; r < rows; r++) {
            image.find((row + r) / down, (row + r) % down * outputs, outputs, 0, image.width);
            int at = r * INPUTS * lineSize;
            int size = image.width * channels;
            WinogradOutputLines.outputAdjoint(
                    form, size / WIDTH, sideBySide, image.lines, image.at, image.step, halfway, at, WIDTH, lineSize);
            if (size % WIDTH != 0) {
                int last = size - WIDTH;
                WinogradOutputLines.outputAdjoint(
                        form,
                        1,
                        sideBySide,
                        image.lines,
                        image.at + last,
                        image.step,
                        halfway,
                        at + last,
                        WIDTH,
                        lineSize);
            }
        }
    }

    /** Line i of {@code A dy A^T} as the right operands of six points, from a slot on. */
    void toRightOperands(int i, int rows, WinogradOperands operands, int slot) {
        for (int k = 0; k < channels; k += WIDTH) {
            WinogradOutputLines.outputAdjoint(
                    form,
                    rows * across,
                    tileAt,
                    halfway,
                    i * lineSize + k,
                    channels,
                    operands.right,
                    operands.rightAt(slot, 0, k),
                    operands.rightTile(k),
                    operands.rightSize);
        }
    }

    /** Takes the products of the six points of line i, {@code m A}; the last channels first, as they write too far. */
    void fromProducts(int i, int rows, WinogradOperands operands) {
        for (int k = (channels - 1) / WIDTH * WIDTH; k >= 0; k -= WIDTH) {
            WinogradOutputLines.output(
                    form,
                    rows * across,
                    operands.right,
                    operands.productAt(0, 0, k),
                    operands.productTile,
                    operands.rightSize,
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
            WinogradOutputLines.outputAdd(
                    form, size / WIDTH, halfway, from, lineSize, sideBySide, image.lines, image.at, image.step);
            if (rest != 0) {
                for (int i = 0; i < outputs; i++) {
                    System.arraycopy(image.lines, image.at + i * image.step + size - rest, ends, i * WIDTH, rest);
                }
                WinogradOutputLines.outputAdd(
                        form, 1, halfway, from + size - rest, lineSize, sideBySide, ends, 0, WIDTH);
                for (int i = 0; i < outputs; i++) {
                    System.arraycopy(ends, i * WIDTH, image.lines, image.at + i * image.step + size - rest, rest);
                }
            }
            image.putBack();
        }
    }
}
