package dev.convoy.kernel.vector;

/**
 * A right operand packed for the micro-kernel: chunks of at most {@link Gemm#DEPTH} rows, each a row of panels one tile wide. Packed once
 * and used for many rows of the left operand.
 */
final class PackedRight {
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

    /** Packs the given part of {@code right}. */
    void pack(RightOperand right, int column, int columns, int firstDepth, int depth) {
        this.columns = columns;
        this.firstDepth = firstDepth;
        this.depth = depth;
        int chunks = (depth + Gemm.DEPTH - 1) / Gemm.DEPTH;
        chunk = (depth + chunks - 1) / chunks;
        paddedColumns = 0;
        while (paddedColumns < columns) {
            paddedColumns += MicroKernel.columns(columns - paddedColumns);
        }
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

    /** Where the panel of column {@code j} begins in the chunk of {@code count} rows at {@code d}. */
    int panelAt(int d, int count, int j) {
        return origin + d * paddedColumns + j * count;
    }
}
