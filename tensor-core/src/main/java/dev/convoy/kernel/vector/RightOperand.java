package dev.convoy.kernel.vector;

/** The right matrix of a product, as a source of panels. */
interface RightOperand {
    /**
     * Packs the columns {@code [column, column + columns)} and the rows {@code [depth, depth + count)} into one panel of {@code width}
     * columns: element (l, j) goes to {@code panels[at + l * width + j]}. Columns past the last one keep what was there.
     */
    void pack(int column, int columns, int depth, int count, int width, float[] panels, int at);
}
