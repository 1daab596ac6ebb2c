package dev.convoy.kernel.vector;

import org.jspecify.annotations.Nullable;

/**
 * The phases of a convolution whose rows of patches are copied ({@link RowKernel}), a band of pixels at a time: all phases of a band, then
 * the next one. Rows are multiplied while they are in the first-level cache, where they were copied to, and what the phases of an input
 * adjoint write side by side is still there when the next one writes. Of weights that do not stay in the second-level cache bands are long,
 * and all of one phase come before the next. Why so: docs/decisions/0011-direct-convolution.md.
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
        int together = isLarge(scratch, phases) ? 1 : phases;
        for (int i = 0; i < phases; i += together) {
            multiply(scratch, source, i, i + together, band, images, begin, beginAt, c, cAt);
        }
    }

    /** Whether the weights of all phases do not stay in the second-level cache together. */
    private static boolean isLarge(Scratch scratch, int phases) {
        long weights = 0;
        for (int i = 0; i < phases; i++) {
            weights += scratch.phase(i).weights.size();
        }
        return weights > PackedRight.MOST_KEPT;
    }

    /** The phases from first to end. */
    private static void multiply(
            Scratch scratch,
            PaddedImage source,
            int first,
            int end,
            int band,
            int images,
            float @Nullable [] begin,
            int beginAt,
            float[] c,
            int cAt) {
        boolean more = true;
        for (int row = 0; more; row += band) {
            more = false;
            for (int i = first; i < end; i++) {
                Phase phase = scratch.phase(i);
                int rows = Math.min(band, images * phase.bases.rowsPerImage() - row);
                if (rows > 0) {
                    source.buildTo(phase.patches.end(row + rows - 1, phase.weights.depth));
                    phase.patches.of(source.image(), source.at());
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
        int together = Gemm.ROWS;
        for (int i = 0; i < phases; i++) {
            Phase phase = scratch.phase(i);
            rows = Math.max(rows, images * phase.bases.rowsPerImage());
            weights = Math.max(weights, phase.weights.size());
            together = Math.max(together, phase.weights.rowsTogether());
        }
        int most = weights <= FEW_WEIGHTS ? 32 : weights <= 2 * FEW_WEIGHTS ? 16 : together;
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
        if (weights.size() <= PackedRight.MOST_KEPT || phase.pixels.isLine()) {
            phase.pixels.fill(cAt, row, rows, scratch.rowAt);
            multiply(scratch, phase, row, rows, begin, beginAt, c);
            return;
        }
        int columns = weights.columns;
        float[] sums = scratch.sums(rows * columns + 2 * MicroKernel.WIDTH);
        int[] rowAt = scratch.rowAt;
        if (begin == null) {
            phase.pixels.fill(cAt, row, rows, rowAt);
            for (int i = 0; i < rows; i++) {
                System.arraycopy(c, rowAt[i], sums, i * columns, columns);
            }
        }
        scratch.rows.setLine(rows, columns);
        scratch.rows.fill(0, 0, rows, rowAt);
        multiply(scratch, phase, row, rows, begin, beginAt, sums);
        phase.pixels.fill(cAt, row, rows, rowAt);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(sums, i * columns, c, rowAt[i], columns);
        }
    }

    /** The same with the places of the rows of c in {@link Scratch#rowAt}. */
    private static void multiply(
            Scratch scratch, Phase phase, int row, int rows, float @Nullable [] begin, int beginAt, float[] c) {
        PackedRight weights = phase.weights;
        Tile tile = scratch.tile;
        int[] rowAt = scratch.rowAt;
        float[] panels = scratch.leftPanels((rows + MicroKernel.WIDTH) * RowKernel.STEP);
        tile.setLeft(panels, true);
        for (int d = 0; d < weights.depth; d += weights.chunk) {
            int depth = Math.min(weights.chunk, weights.depth - d);
            phase.patches.copyRows(row, rows, d, depth, panels);
            for (int j = 0; j < weights.columns; ) {
                int width = MicroKernel.columns(weights.columns - j);
                int height = MicroKernel.rows(width);
                int columns = Math.min(width, weights.columns - j);
                tile.set(width, columns, depth, weights.panels, weights.panel(d, depth, j));
                tile.setBegin(d == 0 ? begin : null, beginAt + j);
                for (int i = 0; i < rows; i += height) {
                    tile.multiply(i * RowKernel.STEP, rowAt, i, Math.min(height, rows - i), c, j);
                }
                j += width;
            }
        }
    }
}
