package dev.convoy.kernel.vector;

import org.jspecify.annotations.Nullable;

/**
 * The blocked matrix product around {@link MicroKernel}: the right operand is packed beforehand, the left one in blocks that stay in
 * the second-level cache. An element's running sum is stored and reloaded between chunks of the summation index, which changes no bit.
 * Source: Van Zee, van de Geijn, "BLIS: a framework for rapidly instantiating BLAS functionality" (2015).
 */
final class Gemm {
    /** The longest stretch of the summation index packed at once: a right panel of so many rows fits the first-level cache. */
    static final int DEPTH = 256;
    /** Rows of the left operand packed at once; a multiple of every tile's rows. */
    static final int ROWS = 192;
    /** Floats of the right operand packed at once by {@link #add}. */
    private static final int RIGHT_FLOATS = 1 << 21;

    private static final int COLUMNS = 4096;
    /**
     * Chunks {@link #add} packs of the left operand at once: a tile's column of C then stays in the first-level cache for all of them.
     * A large C crosses the memory bus once per stretch, and that, not arithmetic, is what bounds a large product.
     */
    private static final int CHUNKS = 4;

    private static final int WIDTH = MicroKernel.WIDTH;

    private Gemm() {}

    /** {@code c += left * right}, {@code (m, k) * (k, n)}. */
    static void add(
            Scratch scratch,
            LeftOperand left,
            RightOperand right,
            int m,
            int n,
            int k,
            float[] c,
            int cAt,
            Lattice rows) {
        PackedRight packed = scratch.right;
        for (int j = 0; j < n; j += COLUMNS) {
            int columns = Math.min(COLUMNS, n - j);
            int most = Math.max(1, RIGHT_FLOATS / columns / DEPTH) * DEPTH;
            for (int d = 0; d < k; d += most) {
                packed.pack(right, j, columns, d, Math.min(most, k - d));
                multiply(scratch, left, packed, CHUNKS, m, null, 0, c, cAt + j, rows);
            }
        }
    }

    /**
     * {@code c[i] = begin + left[i] * right} for every row i, or {@code c[i] += ...} where begin is null.
     *
     * @param chunks how many chunks of the summation index are packed of the left operand at once
     * @param begin one row all sums begin from
     * @param rows where row i of c lies, relative to {@code cAt}
     */
    static void multiply(
            Scratch scratch,
            LeftOperand left,
            PackedRight right,
            int chunks,
            int m,
            float @Nullable [] begin,
            int beginAt,
            float[] c,
            int cAt,
            Lattice rows) {
        if (m == 0) {
            return;
        }
        int blocks = (m + ROWS - 1) / ROWS;
        int block = ((m + blocks - 1) / blocks + 15) / 16 * 16;
        int stretch = Math.min(right.depth, chunks * right.chunk);
        boolean inRows = left.hasContiguousRows();
        float[] panels = scratch.leftPanels(block * (inRows ? chunks * RowKernel.STEP : stretch));
        for (int row = 0; row < m; row += block) {
            int count = Math.min(block, m - row);
            rows.fill(cAt, row, count, scratch.rowAt);
            for (int s = 0; s < right.depth; s += stretch) {
                int packed = Math.min(stretch, right.depth - s);
                pack(left, inRows, row, count, right, s, packed, block, panels);
                for (int j = 0; j < right.columns; j += MicroKernel.columns(right.columns - j)) {
                    for (int d = s; d < s + packed; d += right.chunk) {
                        int skip = inRows ? (d - s) / right.chunk * block * RowKernel.STEP : (d - s) * WIDTH;
                        float[] from = d == 0 ? begin : null;
                        tiles(scratch, panels, inRows, packed, skip, count, right, d, j, from, beginAt, c);
                    }
                }
            }
        }
    }

    /** Packs the rows of a block: all chunks in the same panels, or each chunk's rows behind those of the chunk before. */
    private static void pack(
            LeftOperand left,
            boolean inRows,
            int row,
            int rows,
            PackedRight right,
            int s,
            int depth,
            int block,
            float[] panels) {
        if (!inRows) {
            left.pack(row, rows, right.firstDepth + s, depth, panels);
            return;
        }
        for (int d = 0; d < depth; d += right.chunk) {
            int count = Math.min(right.chunk, depth - d);
            int at = d / right.chunk * block * RowKernel.STEP;
            left.copyRows(row, rows, right.firstDepth + s + d, count, panels, at);
        }
    }

    /**
     * One column of tiles: all rows of the packed block, the right panel of column j, the chunk at d.
     *
     * @param packed the depth of the left panels
     * @param skip where among them the chunk begins
     */
    private static void tiles(
            Scratch scratch,
            float[] panels,
            boolean inRows,
            int packed,
            int skip,
            int rows,
            PackedRight right,
            int d,
            int j,
            float @Nullable [] begin,
            int beginAt,
            float[] c) {
        Tile tile = scratch.tile;
        int depth = Math.min(right.chunk, right.depth - d);
        int width = MicroKernel.columns(right.columns - j);
        int height = MicroKernel.rows(width);
        tile.set(width, Math.min(width, right.columns - j), depth, right.panels, right.panelAt(d, depth, j));
        tile.setBegin(begin, beginAt + j);
        tile.setLeft(panels, inRows);
        for (int i = 0; i < rows; i += height) {
            int leftAt = skip + (inRows ? i * RowKernel.STEP : i / WIDTH * WIDTH * packed + i % WIDTH);
            tile.multiply(leftAt, scratch.rowAt, i, Math.min(height, rows - i), c, j);
        }
    }
}
