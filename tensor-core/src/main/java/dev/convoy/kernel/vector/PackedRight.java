package dev.convoy.kernel.vector;

import org.jspecify.annotations.Nullable;

/**
 * A right operand packed for the micro-kernel: chunks of at most {@link Gemm#DEPTH} rows, each a row of panels one tile wide. Packed once
 * and used for many rows of the left operand; or, where it is large and they are few, each panel when its turn comes, so that it is
 * multiplied from the first-level cache and goes through memory once.
 */
final class PackedRight {
    /** The most floats that stay in the second-level cache beside what they are multiplied with. */
    static final int MOST_KEPT = 1 << 18;

    /** Where the panels begin. */
    private final int origin;
    /** The fewest floats of an array of panels. */
    private final int fewest;

    float[] panels = new float[0];
    int columns;
    int firstDepth;
    int depth;
    /** Rows of each chunk but the last. */
    int chunk;
    /** The columns of all panels together. */
    private int paddedColumns;
    /** What panels are taken from when their turn comes; null where all are packed. */
    private @Nullable RightOperand source;

    private int firstColumn;

    PackedRight() {
        this(0, 0);
    }

    private PackedRight(int origin, int fewest) {
        this.origin = origin;
        this.fewest = fewest;
    }

    /** Panels whose vectors do not straddle cache lines, where that can be had. */
    static PackedRight aligned() {
        return new PackedRight(Scratch.ALIGNED, Scratch.LARGE);
    }

    /**
     * {@link #pack}, or, of what does not stay in the second-level cache, no more than what panels are to be taken from when their turn
     * comes: {@code right} must stay as it is while this is used. That pays where each panel's turn comes once, and twice where it need not be
     * turned. There is room for all panels either way: with few images the memory of a task is counted.
     *
     * @param rows rows of the left operand in all
     * @param most for so many rows that pays
     */
    void packFor(int rows, int most, RightOperand right, int column, int columns, int firstDepth, int depth) {
        if (rows > most || (long) columns * depth <= MOST_KEPT) {
            pack(right, column, columns, firstDepth, depth);
            return;
        }
        layOut(columns, firstDepth, depth);
        panels = Scratch.grown(
                panels,
                Math.max(Scratch.LARGE, Math.addExact(Scratch.ALIGNED, Math.multiplyExact(paddedColumns, depth))));
        source = right;
        firstColumn = column;
    }

    /** Packs the given part of {@code right}. */
    void pack(RightOperand right, int column, int columns, int firstDepth, int depth) {
        layOut(columns, firstDepth, depth);
        source = null;
        panels = Scratch.grown(
                panels, Math.max(fewest, Math.addExact(origin, Math.multiplyExact(paddedColumns, depth))));
        for (int d = 0; d < depth; d += chunk) {
            int count = Math.min(chunk, depth - d);
            for (int j = 0; j < columns; ) {
                int width = MicroKernel.columns(columns - j);
                right.pack(
                        column + j,
                        Math.min(width, columns - j),
                        firstDepth + d,
                        count,
                        width,
                        panels,
                        panelAt(d, count, j));
                j += width;
            }
        }
    }

    private void layOut(int columns, int firstDepth, int depth) {
        this.columns = columns;
        this.firstDepth = firstDepth;
        this.depth = depth;
        int chunks = (depth + Gemm.DEPTH - 1) / Gemm.DEPTH;
        chunk = (depth + chunks - 1) / chunks;
        paddedColumns = 0;
        while (paddedColumns < columns) {
            paddedColumns += MicroKernel.columns(columns - paddedColumns);
        }
    }

    /** Its floats. */
    long size() {
        return (long) columns * depth;
    }

    /** Rows of the left operand to be taken at a time: more of them the less of this stays in the second-level cache meanwhile. */
    int rowsTogether() {
        return size() > MOST_KEPT ? Gemm.MANY_ROWS : Gemm.ROWS;
    }

    /** Where the panel of column {@code j} in the chunk of {@code count} rows at {@code d} begins, until another one is asked for. */
    int panel(int d, int count, int j) {
        if (source == null) {
            return panelAt(d, count, j);
        }
        int width = MicroKernel.columns(columns - j);
        int live = Math.min(width, columns - j);
        source.pack(firstColumn + j, live, firstDepth + d, count, width, panels, Scratch.ALIGNED);
        return Scratch.ALIGNED;
    }

    /** Where the panel of column {@code j} begins in the chunk of {@code count} rows at {@code d}. */
    private int panelAt(int d, int count, int j) {
        return origin + d * paddedColumns + j * count;
    }
}
