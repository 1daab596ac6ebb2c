package dev.convoy.kernel.vector;

import static dev.convoy.kernel.Winograd.INPUTS;
import static dev.convoy.kernel.Winograd.POINTS;

import dev.convoy.kernel.ConvGeometry;
import dev.convoy.kernel.Window;
import dev.convoy.kernel.Winograd;
import dev.convoy.kernel.WinogradForm;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The three passes of a convolution by {@link Winograd}: some rows of tiles are transformed into operands, one matrix product is
 * made for each of the 36 points, and the products are transformed back. Channels stay last, so that every transform works on whole
 * vectors of channels; what it writes is already in the micro-kernels' order.
 */
final class WinogradConvolution {
    private static final int WIDTH = MicroKernel.WIDTH;
    /** The most tiles of one product: enough for a right panel to pay for its way into the first-level cache. */
    private static final int TILES = 64;

    private final WinogradWeights weights = new WinogradWeights();
    private final Bands source = new Bands();
    private final Bands target = new Bands();
    private final WinogradTiles sourceTiles = new WinogradTiles();
    private final WinogradTiles targetTiles = new WinogradTiles();
    private final float[] zeros = new float[2 * WIDTH];
    private float[] left = new float[0];
    private float[] right = new float[0];
    private float[] sums = new float[0];
    private float[] begins = new float[0];

    private WinogradForm form = WinogradForm.FOUR_BY_THREE;
    private int across;
    /** Rows of tiles of all images, and how many are taken together. */
    private int all;

    private int together;
    /** Tiles there is room for: whole micro-tiles, and the products of those too many are never read. */
    private int room;

    private int leftSize;
    private int rightSize;

    void forward(
            ConvGeometry g,
            float[] x,
            int xAt,
            float[] w,
            int wAt,
            float @Nullable [] bias,
            int biasAt,
            float[] z,
            int zAt,
            FinishedRows finished) {
        form = WinogradForm.of(g.window());
        weights.pack(form, w, wAt, g.channels(), g.filters());
        source.of(x, xAt, g.height(), g.width(), g.channels());
        target.of(z, zAt, g.outputHeight(), g.outputWidth(), g.filters());
        convolve(g.batch(), g.window().padTop(), g.window().padLeft(), begins(bias, biasAt), finished);
    }

    /** A line of the target's pixels, each the bias or zeros. */
    private float[] begins(float @Nullable [] bias, int biasAt) {
        int channels = target.channels;
        begins = Scratch.grown(begins, target.width * channels);
        for (int pixel = 0; pixel < target.width; pixel++) {
            if (bias == null) {
                Arrays.fill(begins, pixel * channels, (pixel + 1) * channels, 0f);
            } else {
                System.arraycopy(bias, biasAt, begins, pixel * channels, channels);
            }
        }
        return begins;
    }

    /** @param adds whether to add to what dx holds, or to zeros */
    void inputAdjoint(ConvGeometry g, float[] dz, int dzAt, float[] w, int wAt, boolean adds, float[] dx, int dxAt) {
        form = WinogradForm.of(g.window());
        weights.packFlipped(form, w, wAt, g.channels(), g.filters());
        source.of(dz, dzAt, g.outputHeight(), g.outputWidth(), g.filters());
        target.of(dx, dxAt, g.height(), g.width(), g.channels());
        Window window = g.window();
        convolve(
                g.batch(),
                form.taps() - 1 - window.padTop(),
                form.taps() - 1 - window.padLeft(),
                adds ? null : begins(null, 0),
                FinishedRows.UNWATCHED);
    }

    private void convolve(int batch, int padTop, int padLeft, float @Nullable [] begin, FinishedRows finished) {
        cover(batch);
        together = Math.min(all, rowsInWholeMicroTiles());
        lay(source.channels, RowKernel.STEP);
        for (int row = 0; row < all; row += together) {
            int rows = Math.min(together, all - row);
            sourceTiles.fromInputs(source, padTop, padLeft, row, rows);
            for (int i = 0; i < INPUTS; i++) {
                sourceTiles.toLeftOperands(i, rows, left, room, source.channels, RowKernel.STEP);
                multiply(i, rows * across);
                targetTiles.fromProducts(i, rows, right, room);
            }
            targetTiles.toOutputs(target, row, rows, begin);
            finished.upTo(pixelsBefore(row + rows));
        }
    }

    /** {@code (tiles, C) * (C, K) = (tiles, K)} for the six points of line i. */
    private void multiply(int i, int tiles) {
        int filters = target.channels;
        for (int j = 0; j < INPUTS; j++) {
            int from = (i * INPUTS + j) * weights.pointSize;
            for (int k = 0; k < filters; ) {
                int width = MicroKernel.columns(filters - k);
                int height = MicroKernel.rows(width);
                for (int t = 0; t < tiles; t += height) {
                    RowKernel.tile(
                            width,
                            source.channels,
                            left,
                            j * leftSize + t * RowKernel.STEP,
                            weights.panels,
                            from + weights.panelAt(k),
                            zeros,
                            0,
                            0,
                            right,
                            j * rightSize + k * room + t * width,
                            width);
                }
                k += width;
            }
        }
    }

    void weightAdjointAdd(ConvGeometry g, float[] x, int xAt, float[] dz, int dzAt, float[] dw, int dwAt) {
        form = WinogradForm.of(g.window());
        source.of(x, xAt, g.height(), g.width(), g.channels());
        target.of(dz, dzAt, g.outputHeight(), g.outputWidth(), g.filters());
        int pairs = WinogradTiles.wholePanels(g.channels()) * WinogradTiles.wholePanels(g.filters());
        sums = Scratch.grown(sums, POINTS * pairs);
        cover(g.batch());
        together = Math.min(all, Packing.ceilDiv(enough(), across));
        lay(WIDTH, WIDTH);
        for (int row = 0; row < all; row += together) {
            int rows = Math.min(together, all - row);
            sourceTiles.fromInputs(source, g.window().padTop(), g.window().padLeft(), row, rows);
            targetTiles.fromGradients(target, row, rows);
            for (int i = 0; i < INPUTS; i++) {
                sourceTiles.toLeftOperands(i, rows, left, room, WIDTH, WIDTH);
                targetTiles.toRightOperands(i, rows, right, room);
                multiplyTransposed(i, rows * across, row > 0);
            }
        }
        weights.addAdjoint(form, sums, g.channels(), g.filters(), dw, dwAt);
    }

    /** {@code (C, tiles) * (tiles, K) = (C, K)} for the six points of line i, added to what is there or to zeros. */
    private void multiplyTransposed(int i, int tiles, boolean adds) {
        int channels = source.channels;
        int filters = target.channels;
        int columns = WinogradTiles.wholePanels(filters);
        for (int j = 0; j < INPUTS; j++) {
            int to = (i * INPUTS + j) * WinogradTiles.wholePanels(channels) * columns;
            for (int k = 0; k < filters; ) {
                int width = MicroKernel.columns(filters - k);
                int height = MicroKernel.rows(width);
                for (int c = 0; c < channels; c += height) {
                    int leftAt = j * leftSize + c / WIDTH * WIDTH * room + c % WIDTH;
                    int at = to + c * columns + k;
                    MicroKernel.tile(
                            width,
                            tiles,
                            left,
                            leftAt,
                            right,
                            j * rightSize + k * room,
                            adds ? sums : zeros,
                            adds ? at : 0,
                            adds ? columns : 0,
                            sums,
                            at,
                            columns);
                }
                k += width;
            }
        }
    }

    /** The target's pixels of so many rows of tiles. */
    private int pixelsBefore(int row) {
        int down = form.tiles(target.height);
        int lines = Math.min(target.height, row % down * form.outputs());
        return (row / down * target.height + lines) * target.width;
    }

    private void cover(int batch) {
        across = form.tiles(target.width);
        all = batch * form.tiles(target.height);
    }

    /**
     * About how many tiles are taken together: as many as channels, so that of few channels, whose products are cheap, everything stays in
     * the first-level cache.
     */
    private int enough() {
        return Math.min(TILES, Math.max(source.channels, target.channels));
    }

    /** As many rows as that is, or up to twice as many if that saves an eighth of the products: tiles are multiplied in whole micro-tiles. */
    private int rowsInWholeMicroTiles() {
        int tiles = enough();
        int height = MicroKernel.rows(MicroKernel.columns(target.channels));
        int best = Math.max(1, tiles / across);
        for (int rows = best + 1; rows * across <= 2 * tiles; rows++) {
            if (8 * Packing.ceilDiv(rows * across, height) * best < 7 * Packing.ceilDiv(best * across, height) * rows) {
                best = rows;
            }
        }
        return best;
    }

    private void lay(int block, int pitch) {
        int channels = source.channels;
        int filters = target.channels;
        room = Packing.ceilDiv(together * across, 16) * 16;
        leftSize = WinogradTiles.leftSize(channels, room, block, pitch);
        rightSize = WinogradTiles.rightSize(filters, room);
        left = Scratch.grown(left, INPUTS * leftSize);
        right = Scratch.grown(right, INPUTS * rightSize);
        sourceTiles.lay(form, target.height, target.width, channels, together, true);
        targetTiles.lay(form, target.height, target.width, filters, together, false);
    }
}
