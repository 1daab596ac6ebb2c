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
 *
 * <p>What many channels take is kept as large for few images as for many: with few of them the memory of a task is counted.
 */
final class WinogradConvolution {
    /** About the most tiles of one product: enough for a right panel to pay for its way into the first-level cache. */
    private static final int TILES = 64;

    /** The same where a transformed filter, which is read once for so many tiles, comes from far away. */
    private static final int TILES_OF_LARGE_FILTERS = 128;
    /** So many channels are many. */
    private static final int MANY = 128;
    /** Of many channels so many are a block: the transforms of its filters, or its sums, stay in a near cache. */
    private static final int BLOCK = WinogradRow.TOGETHER;

    /** Tiles are few if so many times their operands are no more than the sums. */
    private static final int FEW_TILES = 3;

    private final PointMatrices matrices = new PointMatrices();
    private final WinogradWeights weights = new WinogradWeights(matrices);
    private final Bands source = new Bands();
    private final Bands target = new Bands();
    private final WinogradTiles sourceTiles = new WinogradTiles();
    private final WinogradTiles targetTiles = new WinogradTiles();
    private final WinogradRow sourceRow = new WinogradRow();
    private final WinogradRow targetRow = new WinogradRow();
    private final WinogradOperands operands = new WinogradOperands();
    private final WinogradSums sums = new WinogradSums(matrices);
    private float[] begins = new float[0];

    private WinogradForm form = WinogradForm.FOUR_BY_THREE;
    private int across;
    /** Rows of tiles of all images, and how many are taken together. */
    private int all;

    private int together;

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
        weights.of(form, w, wAt, g.channels(), g.filters());
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
        weights.ofAdjoint(form, w, wAt, g.channels(), g.filters());
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
        if (hasManyChannels()) {
            convolveRows(padTop, padLeft, begin, finished);
        } else {
            convolveTiles(padTop, padLeft, begin, finished);
        }
    }

    /** Six points at a time, so that the operands and products of few channels stay in the first-level cache. */
    private void convolveTiles(int padTop, int padLeft, float @Nullable [] begin, FinishedRows finished) {
        weights.lay(target.channels);
        weights.pack(0, target.channels);
        operands.lay(INPUTS, together * across, source.channels, target.channels);
        layTiles(together);
        for (int row = 0; row < all; row += together) {
            int rows = Math.min(together, all - row);
            sourceTiles.fromInputs(source, padTop, padLeft, row, rows);
            for (int i = 0; i < INPUTS; i++) {
                sourceTiles.toLeftOperands(i, rows, operands, 0);
                for (int j = 0; j < INPUTS; j++) {
                    operands.multiply(j, i * INPUTS + j, weights, rows * across);
                }
                targetTiles.fromProducts(i, rows, operands);
            }
            targetTiles.toOutputs(target, row, rows, begin);
            finished.upTo(pixelsBefore(row + rows));
        }
    }

    /** All points at a time, and where all tiles are taken together a block of filters at a time, which are read once then. */
    private void convolveRows(int padTop, int padLeft, float @Nullable [] begin, FinishedRows finished) {
        int block = together == all ? BLOCK : target.channels;
        weights.lay(block);
        operands.lay(
                POINTS, rowsInWholeMicroTiles() * across, source.channels, target.channels); // room for more images
        operands.lay(POINTS, together * across, source.channels, target.channels);
        sourceRow.lay(form, target.height, target.width, source.channels, true);
        targetRow.lay(form, target.height, target.width, target.channels, false);
        for (int row = 0; row < all; row += together) {
            int rows = Math.min(together, all - row);
            for (int r = 0; r < rows; r++) {
                sourceRow.toLeftOperands(source, padTop, padLeft, row + r, operands, r * across);
            }
            for (int k = 0; k < target.channels; k += block) {
                if (row == 0) {
                    weights.pack(k, k + block);
                }
                for (int point = 0; point < POINTS; point++) {
                    operands.multiply(point, point, weights, rows * across);
                }
            }
            for (int r = 0; r < rows; r++) {
                targetRow.fromProducts(operands, r * across, target, row + r, begin);
            }
            finished.upTo(pixelsBefore(row + rows));
        }
    }

    void weightAdjointAdd(ConvGeometry g, float[] x, int xAt, float[] dz, int dzAt, float[] dw, int dwAt) {
        form = WinogradForm.of(g.window());
        source.of(x, xAt, g.height(), g.width(), g.channels());
        target.of(dz, dzAt, g.outputHeight(), g.outputWidth(), g.filters());
        cover(g.batch());
        int rows = Packing.ceilDiv(enough(), across);
        if (hasManyChannels()) { // room for more images
            layTiles(rows);
            operands.layTransposed(INPUTS, rows * across, g.channels(), g.filters());
        }
        together = Math.min(all, rows);
        layTiles(together);
        if (hasManyChannels() && hasFewTiles()) {
            addWeightAdjointInBlocks(g, dw, dwAt);
        } else {
            addWeightAdjoint(g, dw, dwAt);
        }
    }

    /** Six points at a time, so that the operands of few channels stay in the first-level cache. */
    private void addWeightAdjoint(ConvGeometry g, float[] dw, int dwAt) {
        operands.layTransposed(INPUTS, together * across, g.channels(), g.filters());
        sums.lay(form, g.channels(), g.filters(), g.channels(), g.filters());
        sums.find(0, 0);
        for (int row = 0; row < all; row += together) {
            int rows = Math.min(together, all - row);
            halfway(g.window(), row, rows);
            for (int i = 0; i < INPUTS; i++) {
                sourceTiles.toLeftOperands(i, rows, operands, 0);
                targetTiles.toRightOperands(i, rows, operands, 0);
                for (int j = 0; j < INPUTS; j++) {
                    operands.multiplyTransposed(j, i * INPUTS + j, sums, rows * across, row > 0);
                }
            }
        }
        sums.addAdjoint(dw, dwAt);
    }

    /** All points of all tiles at a time, and a block of channels and filters at a time, whose sums are turned back from a near cache. */
    private void addWeightAdjointInBlocks(ConvGeometry g, float[] dw, int dwAt) {
        operands.layTransposed(POINTS, all * across, g.channels(), g.filters());
        sums.lay(form, g.channels(), g.filters(), BLOCK, BLOCK);
        halfway(g.window(), 0, all);
        for (int i = 0; i < INPUTS; i++) {
            sourceTiles.toLeftOperands(i, all, operands, i * INPUTS);
            targetTiles.toRightOperands(i, all, operands, i * INPUTS);
        }
        for (int c = 0; c < g.channels(); c += BLOCK) {
            for (int k = 0; k < g.filters(); k += BLOCK) {
                sums.find(c, k);
                for (int point = 0; point < POINTS; point++) {
                    operands.multiplyTransposed(point, point, sums, all * across, false);
                }
                sums.addAdjoint(dw, dwAt);
            }
        }
    }

    private void halfway(Window window, int row, int rows) {
        sourceTiles.fromInputs(source, window.padTop(), window.padLeft(), row, rows);
        targetTiles.fromGradients(target, row, rows);
    }

    /** Whether the transforms go along the channels of a row of tiles, not too long a row for all points' operands. */
    private boolean hasManyChannels() {
        return source.channels % WinogradRow.TOGETHER == 0
                && target.channels % WinogradRow.TOGETHER == 0
                && Math.max(source.channels, target.channels) >= MANY
                && across <= TILES;
    }

    /** Whether all tiles are taken together and their operands are so few that going through them once more beats going through all sums. */
    private boolean hasFewTiles() {
        int channels = source.channels;
        int filters = target.channels;
        return together == all && FEW_TILES * all * across * (channels + filters) <= channels * filters;
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
        matrices.lay(source.channels, target.channels);
    }

    /**
     * About how many tiles are taken together: as many as channels, so that of few channels, whose products are cheap, everything stays in
     * the first-level cache.
     */
    private int enough() {
        int channels = Math.max(source.channels, target.channels);
        return channels > Gemm.DEPTH ? TILES_OF_LARGE_FILTERS : Math.min(TILES, channels);
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

    private void layTiles(int rows) {
        sourceTiles.lay(form, target.height, target.width, source.channels, rows, true);
        targetTiles.lay(form, target.height, target.width, target.channels, rows, false);
    }
}
