package dev.convoy.kernel.vector;

/** The left matrix of a product, as a source of panels. */
interface LeftOperand {
    /**
     * Packs the rows {@code [row, row + rows)} and the columns {@code [depth, depth + count)} into panels one vector wide: element (i, l)
     * of panel t goes to {@code panels[(t * count + l) * WIDTH + i]}. Lanes past the last row may hold anything. Up to {@link
     * Packing#SLACK} floats after the last panel may be overwritten.
     */
    void pack(int row, int rows, int depth, int count, float[] panels);

    /** Whether rows are contiguous, so that they may as well be copied by {@link #copyRows}. */
    default boolean hasContiguousRows() {
        return false;
    }

    /**
     * Copies the same part for {@link RowKernel}: element (i, l) goes to {@code panels[i * STEP + l]}. Up to a vector less one float behind
     * each row may be overwritten.
     */
    default void copyRows(int row, int rows, int depth, int count, float[] panels) {
        throw new UnsupportedOperationException("rows that are not contiguous");
    }
}
