package dev.convoy.kernel.vector;

import org.jspecify.annotations.Nullable;

/**
 * The blocked matrix product around {@link MicroKernel}: the right operand is packed beforehand, the left one in blocks that stay in
 * the second-level cache or, where its rows are copied, in the first. An element's running sum is stored and reloaded between chunks of the summation index, which changes no bit.
 * Source: Van Zee, van de Geijn, "BLIS: a framework for rapidly instantiating BLAS functionality" (2015).
 */
final class Gemm {
    /** The longest stretch of the summation index packed at once: a right panel of so many rows fits the first-level cache. */
    static final int DEPTH = 256;
    /** Rows of the left operand packed at once; a multiple of every tile's rows. */
    static final int ROWS = 192;
    /**
     * The same for a right operand that does not stay in the second-level cache: a chunk of so many rows takes a quarter of it, and each
     * panel comes from memory once for all of them.
     */
    static final int MANY_ROWS = 448;
    /**
     * Rows of a column of tiles in {@link #add}. It is short, so that C is gone through along its rows, which the processor fetches ahead:
     * tiles down a long column each wait for memory. Rows that are copied are copied so many at a time, others, which lie across
     * the left operand, {@link #ROWS}.
     */
    private static final int COLUMN_ROWS = 32;
    /** Columns of the right operand packed at once by {@link #add}: a chunk of them, read once per block of rows, fits the second-level cache. */
    private static final int COLUMNS = 1024;

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
        int block = left.hasContiguousRows() ? COLUMN_ROWS : ROWS;
        int chunk = Packing.ceilDiv(k, Math.max(1, Packing.ceilDiv(k, DEPTH)));
        for (int j = 0; j < n; j += COLUMNS) {
            int columns = Math.min(COLUMNS, n - j);
            for (int d = 0; d < k; d += chunk) {
                packed.pack(right, j, columns, d, Math.min(chunk, k - d));
                multiply(scratch, left, packed, block, COLUMN_ROWS, m, null, 0, c, cAt + j, rows);
            }
        }
    }

    /**
     * {@code c[i] = begin + left[i] * right} for every row i, or {@code c[i] += ...} where begin is null.
     *
     * @param begin one row all sums begin from
     * @param rows where row i of c lies, relative to {@code cAt}
     */
    static void multiply(
            Scratch scratch,
            LeftOperand left,
            PackedRight right,
            int m,
            float @Nullable [] begin,
            int beginAt,
            float[] c,
            int cAt,
            Lattice rows) {
        multiply(scratch, left, right, right.rowsTogether(), right.rowsTogether(), m, begin, beginAt, c, cAt, rows);
    }

    /** The same with at most {@code most} rows of the left operand packed at once, and columns of tiles that have so many rows. */
    private static void multiply(
            Scratch scratch,
            LeftOperand left,
            PackedRight right,
            int most,
            int columnRows,
            int m,
            float @Nullable [] begin,
            int beginAt,
            float[] c,
            int cAt,
            Lattice rows) {
        if (m == 0) {
            return;
        }
        int blocks = Packing.ceilDiv(m, most);
        int block = Packing.ceilDiv(Packing.ceilDiv(m, blocks), 16) * 16;
        boolean inRows = left.hasContiguousRows();
        float[] panels = scratch.leftPanels(block * (inRows ? RowKernel.STEP : right.chunk));
        for (int row = 0; row < m; row += block) {
            int count = Math.min(block, m - row);
            rows.fill(cAt, row, count, scratch.rowAt);
            for (int d = 0; d < right.depth; d += right.chunk) {
                int depth = Math.min(right.chunk, right.depth - d);
                if (inRows) {
                    left.copyRows(row, count, right.firstDepth + d, depth, panels);
                } else {
                    left.pack(row, count, right.firstDepth + d, depth, panels);
                }
                float[] from = d == 0 ? begin : null;
                for (int i = 0; i < count; i += columnRows) {
                    int to = Math.min(count, i + columnRows);
                    for (int j = 0; j < right.columns; j += MicroKernel.columns(right.columns - j)) {
                        tiles(scratch, panels, inRows, i, to, right, d, j, from, beginAt, c);
                    }
                }
            }
        }
    }

    /** One column of tiles: the rows from first to end of the packed block, the right panel of column j, the chunk at d. */
    private static void tiles(
            Scratch scratch,
            float[] panels,
            boolean inRows,
            int first,
            int end,
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
        tile.set(width, Math.min(width, right.columns - j), depth, right.panels, right.panel(d, depth, j));
        tile.setBegin(begin, beginAt + j);
        tile.setLeft(panels, inRows);
        for (int i = first; i < end; i += height) {
            int leftAt = inRows ? i * RowKernel.STEP : i / WIDTH * WIDTH * depth + i % WIDTH;
            tile.multiply(leftAt, scratch.rowAt, i, Math.min(height, end - i), c, j);
        }
    }
}
