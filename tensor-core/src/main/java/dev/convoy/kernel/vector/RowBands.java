package dev.convoy.kernel.vector;

import org.jspecify.annotations.Nullable;

/**
 * The phases of a convolution whose rows of patches are copied ({@link RowKernel}), a band of pixels at a time: all phases of a band, then
 * the next one. Rows are multiplied while they are in the first-level cache, where they were copied to, and what the phases of an input
 * adjoint write side by side is still there when the next one writes. Why so: docs/decisions/0011-direct-convolution.md.
 */
final class RowBands {
    /** The most weights of a phase that stay in the first-level cache beside 32 rows of patches; twice as many do beside 16. */
    private static final int FEW_WEIGHTS = 1 << 12;

    private RowBands() {}

    /**
     * {@code c[i] = begin + patches[i] * weights} for every pixel i of so many images in every phase, or {@code c[i] += ...} where begin is
     * null.
     *
     * @param source where the phases' patches lie, laid out and not yet built
     */
    static void multiply(
            Scratch scratch,
            PaddedImage source,
            int phases,
            int images,
            float @Nullable [] begin,
            int beginAt,
            float[] c,
            int cAt) {
        int band = band(scratch, phases, images);
        boolean more = true;
        for (int row = 0; more; row += band) {
            more = false;
            for (int i = 0; i < phases; i++) {
                Phase phase = scratch.phase(i);
                int rows = Math.min(band, images * phase.bases.rowsPerImage() - row);
                if (rows > 0) {
                    source.buildTo(phase.patches.end(row + rows - 1, phase.weights.depth));
                    phase.patches.of(source.floats);
                    multiply(scratch, phase, row, rows, begin, beginAt, c, cAt + phase.origin);
                    more = true;
                }
            }
        }
    }

    /** Pixels of a band: as many in each, in whole tiles. */
    private static int band(Scratch scratch, int phases, int images) {
        int rows = 1;
        long weights = 0;
        for (int i = 0; i < phases; i++) {
            Phase phase = scratch.phase(i);
            rows = Math.max(rows, images * phase.bases.rowsPerImage());
            weights = Math.max(weights, (long) phase.weights.columns * phase.weights.depth);
        }
        int most = weights <= FEW_WEIGHTS ? 32 : weights <= 2 * FEW_WEIGHTS ? 16 : Gemm.ROWS;
        int bands = Packing.ceilDiv(rows, most);
        return Packing.ceilDiv(Packing.ceilDiv(rows, bands), MicroKernel.WIDTH) * MicroKernel.WIDTH;
    }

    private static void multiply(
            Scratch scratch,
            Phase phase,
            int row,
            int rows,
            float @Nullable [] begin,
            int beginAt,
            float[] c,
            int cAt) {
        PackedRight weights = phase.weights;
        Tile tile = scratch.tile;
        int[] rowAt = scratch.rowAt;
        float[] panels = scratch.leftPanels((rows + MicroKernel.WIDTH) * RowKernel.STEP);
        phase.pixels.fill(cAt, row, rows, rowAt);
        tile.setLeft(panels, true);
        for (int d = 0; d < weights.depth; d += weights.chunk) {
            int depth = Math.min(weights.chunk, weights.depth - d);
            phase.patches.copyRows(row, rows, d, depth, panels);
            for (int j = 0; j < weights.columns; ) {
                int width = MicroKernel.columns(weights.columns - j);
                int height = MicroKernel.rows(width);
                int columns = Math.min(width, weights.columns - j);
                tile.set(width, columns, depth, weights.panels, weights.panelAt(d, depth, j));
                tile.setBegin(d == 0 ? begin : null, beginAt + j);
                for (int i = 0; i < rows; i += height) {
                    tile.multiply(i * RowKernel.STEP, rowAt, i, Math.min(height, rows - i), c, j);
                }
                j += width;
            }
        }
    }
}
