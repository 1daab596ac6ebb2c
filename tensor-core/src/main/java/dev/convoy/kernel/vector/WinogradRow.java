package dev.convoy.kernel.vector;

import static dev.convoy.kernel.Winograd.INPUTS;

import dev.convoy.kernel.WinogradForm;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One row of tiles of an image with many channels on its way to the operands of products, or back from products, {@link #TOGETHER}
 * channels at a time: what is halfway, {@code [6][column][channel]}, stays in a near cache, and reading and writing go along the channels. Few
 * channels have too short a way to go, so {@link WinogradTiles} takes all of them for many tiles.
 */
final class WinogradRow {
    /** Channels taken together; of all channels there must be a multiple. */
    static final int TOGETHER = 64;

    private static final int WIDTH = MicroKernel.WIDTH;
    private static final int VECTORS = TOGETHER / WIDTH;

    private float[] halfway = new float[0];
    /** Where the vectors of the channels taken together lie in a line of all channels, pixel after pixel. */
    private int[] inImage = new int[0];
    /** Where they lie one behind the other. */
    private int[] sideBySide = new int[0];
    /** Where each tile begins halfway. */
    private int[] tileAt = new int[0];

    private WinogradForm form = WinogradForm.FOUR_BY_THREE;
    private int outputs;
    private int down;
    private int across;
    private int channels;
    private int columns;
    private int lineSize;

    /** Lays out room for a row of tiles that covers {@code height x width} pixels; of tiles of inputs, which overlap, or of outputs. */
    void lay(WinogradForm form, int height, int width, int channels, boolean inputs) {
        this.form = form;
        this.outputs = form.outputs();
        this.down = form.tiles(height);
        this.across = form.tiles(width);
        this.channels = channels;
        this.columns = across * outputs + (inputs ? INPUTS - outputs : 0);
        this.lineSize = columns * TOGETHER + 16;
        halfway = Scratch.grown(halfway, Math.max(Scratch.LARGE, Scratch.ALIGNED + INPUTS * lineSize));
        if (inputs) { // columns outside the image are never written again
            Arrays.fill(halfway, 0, Scratch.ALIGNED + INPUTS * lineSize, 0f);
        }
        int vectors = columns * VECTORS;
        inImage = Scratch.grown(inImage, vectors);
        sideBySide = Scratch.grown(sideBySide, vectors);
        for (int v = 0; v < vectors; v++) {
            inImage[v] = v / VECTORS * channels + v % VECTORS * WIDTH;
            sideBySide[v] = v * WIDTH;
        }
        tileAt = Scratch.grown(tileAt, across);
        for (int t = 0; t < across; t++) {
            tileAt[t] = t * outputs * TOGETHER;
        }
    }

    private int lineAt(int i) {
        return Scratch.ALIGNED + i * lineSize;
    }

    /** {@code B^T d B} of the tiles of row {@code row}, counted over all images, as all left operands' tiles from {@code tile} on. */
    void toLeftOperands(Bands image, int padTop, int padLeft, int row, WinogradOperands operands, int tile) {
        int firstColumn = Math.max(0, padLeft);
        int firstPixel = Math.max(0, -padLeft);
        int pixels = Math.max(0, Math.min(image.width - firstPixel, columns - firstColumn));
        image.find(row / down, row % down * outputs - padTop, INPUTS, firstPixel, pixels);
        for (int c = 0; c < channels; c += TOGETHER) {
            WinogradLines.input(
                    pixels * VECTORS,
                    inImage,
                    image.lines,
                    image.at + c,
                    image.step,
                    halfway,
                    lineAt(0) + firstColumn * TOGETHER,
                    WIDTH,
                    lineSize);
            for (int i = 0; i < INPUTS; i++) {
                for (int t = 0; t < across; t++) {
                    WinogradLines.input(
                            VECTORS,
                            sideBySide,
                            halfway,
                            lineAt(i) + tileAt[t],
                            TOGETHER,
                            operands.left,
                            operands.leftAt(i * INPUTS, tile + t, c),
                            operands.leftVector,
                            operands.leftSize);
                }
            }
        }
    }

    /** {@code A^T m A} of all products' tiles from {@code tile} on, added to the line {@code begin} or, without one, to what is there. */
    void fromProducts(WinogradOperands operands, int tile, Bands image, int row, float @Nullable [] begin) {
        image.find(row / down, row % down * outputs, outputs, 0, image.width);
        image.begin(begin);
        for (int k = 0; k < channels; k += TOGETHER) {
            for (int i = 0; i < INPUTS; i++) {
                for (int t = 0; t < across; t++) {
                    WinogradOutputLines.output(
                            form,
                            VECTORS,
                            operands.right,
                            operands.productAt(i * INPUTS, tile + t, k),
                            WIDTH,
                            operands.rightSize,
                            sideBySide,
                            halfway,
                            lineAt(i) + tileAt[t],
                            TOGETHER);
                }
            }
            WinogradOutputLines.outputAdd(
                    form,
                    image.width * VECTORS,
                    halfway,
                    lineAt(0),
                    lineSize,
                    inImage,
                    image.lines,
                    image.at + k,
                    image.step);
        }
        image.putBack();
    }
}
